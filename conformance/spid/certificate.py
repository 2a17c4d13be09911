"""certificate.py FILE SECTOR: what AgID's validator (spid-compliant-certificates) finds, as JSON."""

import json
import sys

from spid_sp_test.compliant_certificates import check_certificate

path, sector = sys.argv[1:]
print(json.dumps(check_certificate(path, sector), default=str))
