// Elements made from data. Text is always set as text: names of files may hold anything.

/**
 * @param {string} name of the element, with classes as in "div.stage.wide"
 * @param {Object<string, string|boolean|Function>} attributes functions are event listeners
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

let groups = 0;

/**
 * A row of which one is chosen; arrow keys move within it, as the browser does for radio buttons.
 * @param {string} label for screen readers
 * @param {[string, string|Node, string][]} choices value, what is shown, a hint
 * @param {string} chosen @param {(value: string) => void} choose
 * @returns {{element: HTMLElement, set: (value: string) => void}}
 */
export function choiceOf(label, choices, chosen, choose) {
  const name = `choice-${++groups}`;
  const inputs = choices.map(([value]) =>
    element("input", { type: "radio", name, value, checked: value === chosen, change: () => choose(value) }),
  );
  const labels = choices.map(([, shown, hint], k) =>
    element("label", { title: hint }, inputs[k], element("span", {}, shown)),
  );
  const row = element("div.choice", { role: "radiogroup", "aria-label": label }, ...labels);
  const set = (value) => {
    for (const input of inputs) input.checked = input.value === value;
  };
  return { element: row, set };
}

/** @param {string} shown @param {string} hint which also names a button that is only a sign @param {() => void} press */
export function buttonOf(shown, hint, press) {
  const label = shown.length === 1 ? hint : null;
  return element("button", { type: "button", title: hint, "aria-label": label, click: press }, shown);
}
