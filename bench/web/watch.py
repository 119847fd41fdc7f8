"""Scripts that note, inside a page, when it shows a slice and what each picture costs."""

# When the first slice stands on the canvas, and when all are loaded, in ms since the navigation began.
ARRIVAL = """
if (!window.arrival) {
  window.arrival = {};
  const look = () => {
    const message = document.querySelector('.message'), pane = document.querySelector('.pane');
    if (message && !message.textContent && /Slice \\d/.test(pane.textContent)) {
      arrival.first ??= performance.now();
      if (!/Loading/.test(pane.textContent)) arrival.loaded ??= performance.now();
    }
    if (!arrival.loaded) requestAnimationFrame(look);
  };
  look();
}
return [arrival.first ?? null, arrival.loaded ?? null];
"""
# The work for each picture of the screen: the events before it, and the drawing, with the pixels really there.
COSTS = """
window.costs = [];
let spent = 0, since = 0, current = null;
for (const kind of ['wheel', 'pointermove']) {
  let begin = 0;
  addEventListener(kind, event => { begin = performance.now(); since ||= event.timeStamp; }, { capture: true });
  addEventListener(kind, () => { spent += performance.now() - begin; });
}
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = call => ask(time => {
  const begin = performance.now();
  call(time);
  for (const canvas of document.querySelectorAll('.pane canvas')) {
    if (canvas.clientWidth) canvas.getContext('2d').getImageData(0, 0, 1, 1);
  }
  const end = performance.now();
  if (current?.time === time) current.cost += end - begin;
  else costs.push(current = { time, cost: spent + end - begin, latency: 0 });
  current.latency = since ? end - since : 0;
  [spent, since] = [0, 0];
});
"""
TAKE = "const found = window.costs.map(({ cost, latency }) => [cost, latency]); window.costs.length = 0; return found"
SETTLE = "return new Promise(done => setTimeout(() => requestAnimationFrame(() => done(true)), 400))"
