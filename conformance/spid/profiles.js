// What spid-sp-test is run for: one line for each profile and binding.
//   way            where the login starts: `/login/{spid,cie,eidas}`
//   record         whose metadata: `/saml/{spid,cie}/metadata`
//   configuration  a file of roles/ that is merged over the demo's
//   schema         the tool looks at one schema too few (every SPID profile passes with the public bodies'), so the
//                  metadata of each role are held against its own
//   least          how many checks each section of the report must hold

/** The numbered Responses: all, and without 70 and 71, which do not hold for CIE. */
const ALL = 111;
const CIE = 109;
/** Checks of an AuthnRequest at level 2, by binding. */
const REQUEST = { post: 51, redirect: 44 };

const ALONE = 'saml-schema-metadata-sp-spid-av29.xsd';
const AGGREGATED = 'saml-schema-metadata-aggregated-spid.xsd';

const run = (profile, way, binding, metadata, response, configuration = null, schema = null) => ({
  profile,
  way,
  record: way === 'cie' ? 'cie' : 'spid',
  binding,
  configuration,
  schema,
  least: { metadata_extra: metadata, authnrequest_extra: REQUEST[binding], response },
});

export const RUNS = [
  run('spid-sp-public', 'spid', 'redirect', 100, ALL, null, ALONE),
  run('spid-sp-public', 'spid', 'post', 100, ALL),
  run('spid-sp-private', 'spid', 'redirect', 116, ALL, 'private', ALONE),
  run('spid-sp-private', 'spid', 'post', 116, ALL, 'private'),
  run('cie-sp-public', 'cie', 'redirect', 78, CIE),
  run('cie-sp-public', 'cie', 'post', 78, CIE),
  run('spid-sp-ag-public-full', 'spid', 'post', 169, ALL, 'public-aggregator-full', AGGREGATED),
  run('spid-sp-ag-public-lite', 'spid', 'redirect', 129, ALL, 'public-aggregator-light', AGGREGATED),
  run('spid-sp-ag-private-full', 'spid', 'redirect', 183, ALL, 'private-aggregator-full', AGGREGATED),
  run('spid-sp-ag-private-lite', 'spid', 'post', 146, ALL, 'private-aggregator-light', AGGREGATED),
  run('spid-sp-op-public-full', 'spid', 'redirect', 115, ALL, 'public-operator-full', ALONE),
  run('ficep-eidas-sp', 'eidas', 'post', 105, ALL),
  // The tool leaves case 71 in for private bodies, though the Ministry's identity provider is the same for them: what it
  // counts as a failure there is what it skips, rightly, for public ones.
  { ...run('cie-sp-private', 'cie', 'post', 83, ALL, 'cie-private'), skipped: ['71'] },
  // The tool's own profile of the light operator is broken (it ends with a TypeError): schema and signature only.
  { ...run(null, 'spid', 'redirect', 0, 0, 'public-operator-light', AGGREGATED), least: {} },
];
