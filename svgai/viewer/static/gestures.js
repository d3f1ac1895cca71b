// Pointer, wheel and pinch on a stage → moves and scalings of its view.

/** A turn of the wheel by this many px doubles the scale. By eye. */
const DOUBLING = 300;
/** What a wheel's unit is in px: pixels, lines, pages. */
const WHEEL_UNITS = [1, 30, 600];

/**
 * @param {HTMLElement} stage
 * @param {{drag: (from: Point, by: Point, start: boolean) => void, scale: (factor: number, at: Point) => void,
 *   toggle: (at: Point) => void, hover: (at: Point) => void}} on points are relative to the stage
 */
export function watchGestures(stage, on) {
  const pointers = new Map();
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    on.drag(at(event), { x: 0, y: 0 }, pointers.size === 1);
  });
  stage.addEventListener("pointermove", (event) => {
    const now = at(event);
    const before = pointers.get(event.pointerId);
    if (!before) return on.hover(now);
    const pinch = pointers.size === 2 ? pinched(pointers, event.pointerId, now) : null;
    pointers.set(event.pointerId, now);
    if (pinch) on.scale(pinch.factor, pinch.at);
    const share = 1 / pointers.size;
    on.drag(now, { x: (now.x - before.x) * share, y: (now.y - before.y) * share }, false);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  stage.addEventListener("dblclick", (event) => on.toggle(at(event)));
  stage.addEventListener(
    "wheel",
    (event) => {
      // Elsewhere than in the viewer's hands the wheel scrolls the page.
      if (!event.ctrlKey && !stage.parentElement.contains(document.activeElement)) return;
      event.preventDefault();
      on.scale(2 ** ((-event.deltaY * WHEEL_UNITS[event.deltaMode]) / DOUBLING), at(event));
    },
    { passive: false },
  );
}

/** How two fingers spread when one of them moves. */
function pinched(pointers, moving, now) {
  const [, other] = [...pointers].find(([id]) => id !== moving);
  const before = pointers.get(moving);
  const distance = (one) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
  return { factor: distance(now) / distance(before), at: { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 } };
}
