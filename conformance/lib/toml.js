// TOML, as much as a configuration needs: strings, numbers, booleans, lists, tables.

export function toml(value) {
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (value !== null && typeof value === 'object') return `{ ${Object.entries(value).map(([name, member]) => `${key(name)} = ${toml(member)}`).join(', ')} }`;
  return JSON.stringify(value);
}

/** `[[client]]` with these members; undefined ones are left out. */
export function client(members) {
  const lines = Object.entries(members).filter(([, value]) => value !== undefined);
  return ['[[client]]', ...lines.map(([name, value]) => `${key(name)} = ${toml(value)}`), ''].join('\n');
}

function key(name) {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
}
