// The options' form, made from the service's JSON Schema, so that a new option is here as soon as it is there.

import { element } from "./viewer/dom.js";

/** What most people want to say; the rest is behind "More". */
const FIRST = ["quality", "background", "target_ssim", "max_bytes"];

/**
 * @param {HTMLFormElement} form @param {Object<string, object>} properties by name
 */
export function buildOptions(form, properties) {
  const chosen = form.querySelector(".chosen");
  const more = form.querySelector(".more");
  const own = Object.keys(properties).filter((name) => !name.includes("."));
  const first = FIRST.filter((name) => own.includes(name));
  chosen.append(...first.map((name) => row(name, properties[name])));
  more.append(...own.filter((name) => !first.includes(name)).map((name) => row(name, properties[name])));
  for (const engine of new Set(Object.keys(properties).map(engineOf).filter(Boolean))) {
    const names = Object.keys(properties).filter((name) => engineOf(name) === engine);
    const rows = names.map((name) => row(name, properties[name]));
    more.append(element("details", {}, element("summary", {}, `${engine}: its parameters`), ...rows));
  }
}

function engineOf(name) {
  return name.includes(".") ? name.split(".")[0] : null;
}

function row(name, schema) {
  const shown = name.split(".").at(-1).replaceAll("_", " ").replace("ssim", "SSIM");
  const control = controlOf(name, schema);
  return element("label", { title: schema.description ?? "" }, element("span", {}, shown), control);
}

function controlOf(name, schema) {
  if (schema.enum) return choiceOf(name, schema.enum, schema.default);
  if (schema.type === "boolean") return choiceOf(name, ["", "true", "false"], "");
  if (name === "background") return backgroundOf(name, schema);
  const isNumber = schema.type === "number" || schema.type === "integer";
  return element("input", {
    name,
    type: isNumber ? "number" : "text",
    step: isNumber ? (schema.type === "integer" ? "1" : "any") : null,
    min: schema.minimum ?? null,
    max: schema.maximum ?? null,
    pattern: isNumber ? null : (schema.pattern ?? null),
    placeholder: schema.default ?? "auto",
  });
}

function choiceOf(name, values, chosen) {
  const options = values.map((value) =>
    element("option", { value, selected: value === chosen }, value === "" ? "auto" : value),
  );
  const select = element("select", { name }, ...options);
  select.dataset.default = chosen ?? "";
  return select;
}

/** Keep, remove or a colour: the words in a list, the colour beside it where it is chosen. */
function backgroundOf(name, schema) {
  const text = element("input", {
    name,
    type: "text",
    pattern: schema.pattern,
    placeholder: schema.default,
    list: "backgrounds",
    spellcheck: "false",
  });
  const words = ["keep", "remove", "#ffffff"].map((value) => element("option", { value }));
  return element("span", {}, text, element("datalist", { id: "backgrounds" }, ...words));
}

/** @param {HTMLFormElement} form @returns {[string, string][]} what differs from the defaults */
export function optionsSaid(form) {
  return [...new FormData(form)].filter(([name, value]) => {
    const control = form.elements[name];
    return value !== "" && value !== control.dataset.default;
  });
}
