"""schema.py XSD FILE: says `valid`, after a schema that spid-sp-test carries."""

import os
import sys

import spid_sp_test
import xmlschema

name, document = sys.argv[1:]
document = os.path.abspath(document)
os.chdir(os.path.join(os.path.dirname(spid_sp_test.__file__), "xsd"))
xmlschema.XMLSchema(name).validate(document)
print("valid")
