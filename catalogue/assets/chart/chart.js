// 流程图编辑 · opens the text of the page in the editor, and puts the drawing back into the form when it is sent.
(() => {
  const form = document.getElementById('chart-form');
  const box = document.getElementById('chart-box');
  if (!form || !box || !window.BpmnJS) return;
  const text = document.getElementById('f-xml');
  const status = document.getElementById('chart-status');
  // Its size is measured when it is made.
  box.hidden = false;
  const modeler = new window.BpmnJS({ container: box });
  modeler.importXML(text.value).then(() => {
    // The whole chart, beside the palette.
    const canvas = modeler.get('canvas');
    const { inner, outer } = canvas.viewbox();
    const scale = Math.min((outer.width - 130) / inner.width, (outer.height - 40) / inner.height, 1);
    canvas.viewbox({ x: inner.x - 110 / scale, y: inner.y - 20 / scale, width: outer.width / scale, height: outer.height / scale });
    let sending = false;
    let drawn = false;
    modeler.on('commandStack.changed', () => { drawn = true; });
    // What is typed into the text by hand counts, until something is drawn.
    text.addEventListener('input', () => { drawn = false; });
    form.addEventListener('submit', (event) => {
      if (sending || !drawn) return;
      event.preventDefault();
      modeler.saveXML({ format: true }).then(({ xml }) => {
        text.value = xml;
        sending = true;
        // A form that is just being sent cannot be sent again: the event has to be over.
        setTimeout(() => form.requestSubmit(event.submitter));
      }).catch((error) => { status.textContent = error.message; });
    });
  }).catch((error) => {
    box.remove();
    status.textContent = error.message;
  });
})();
