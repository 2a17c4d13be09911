// Progressive enhancement only: every page does its work with this file missing.
document.documentElement.classList.remove('no-js');

// SPID menu (a native <details>): Esc closes it and gives the focus back, a click outside closes it.
document.querySelectorAll('details.spid-menu').forEach(menu => {
  const button = menu.querySelector('summary');
  menu.addEventListener('keydown', event => {
    if (event.key === 'Escape' && menu.open) { menu.open = false; button.focus(); }
  });
  document.addEventListener('click', event => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
});

// Chooser: filter while typing. Without JavaScript the button asks the server, with ?q=.
const search = document.querySelector('[data-filter]');
if (search) {
  const items = [...document.querySelectorAll('[data-item]')];
  const count = document.querySelector('[data-count]');
  search.addEventListener('input', () => {
    const wanted = search.value.trim().toLowerCase();
    let found = 0;
    items.forEach(item => {
      const matches = item.textContent.toLowerCase().includes(wanted);
      // What is picked stays in sight: "Continua" would send it.
      item.hidden = !matches && !item.querySelector('input:checked');
      if (matches) found += 1;
    });
    if (count) count.textContent = found === 1 ? count.dataset.one : count.dataset.many.replace('#', found);
  });
}

// The list of what is wrong takes the focus.
document.querySelector('.app-errors')?.focus();

// A message for an identity provider leaves by itself, but not again when somebody comes back to the page.
const [arrival] = performance.getEntriesByType('navigation');
if (arrival?.type !== 'back_forward') document.querySelector('form[data-leaves]')?.submit();
