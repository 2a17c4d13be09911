// The browser commands of the Foundation's configurations, carried out by our HTTP citizen: that the pages have what
// they name. The Foundation's own browser is HtmlUnit; patterns, tasks and commands mean the same here.

import assert from 'node:assert/strict';

/** `*` stands for anything. */
function fits(pattern, text) {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}

const SELECTOR = {
  id: (value) => `[id="${value}"]`,
  name: (value) => `[name="${value}"]`,
  css: (value) => value,
  class: (value) => `.${value}`,
};

/** Opens an address and carries out what the entry for it says. */
export async function browse(citizen, entries, url) {
  const entry = entries.find(({ match }) => fits(match, url));
  assert.ok(entry, `an entry matches ${url.split('?')[0]}`);
  await citizen.open(url);
  await citizen.settle();
  for (const task of entry.tasks) {
    if (citizen.held) return;
    if (!fits(task.match, citizen.url())) {
      assert.ok(task.optional, `'${task.task}' was expected, not ${citizen.url().split('?')[0]}`);
      continue;
    }
    for (const [word, by, value] of task.commands) {
      const selector = SELECTOR[by](value);
      if (task.optional && !(await citizen.count(selector))) break;
      assert.ok(await citizen.count(selector), `'${task.task}': there is a ${by} '${value}' on ${citizen.url().split('?')[0]}`);
      if (word === 'click') await citizen.click(selector).then(() => citizen.settle());
      else assert.equal(word, 'wait', `${word} is a command that is known here`);
    }
  }
}
