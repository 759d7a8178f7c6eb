// SPDX-License-Identifier: Apache-2.0
// Which runs can be compared by size and learning rate: those of one kind. The rules are those of
// `Recipe.java` and `VariantField.java`, which a test compares with these. Pure functions.

/** The settings that must be the same, with the value of a run that does not send them. */
export const KIND = {
  optimizer: 'adamw',
  qk_layernorm: 'false',
  mu_param: 'none',
  linear: 'float',
  sigma_reparam: 'false',
  attention_kappa: '0',
  norm_position: 'pre',
  experts: '0',
  active_experts: '0',
};

/** Settings that follow from size and learning rate, or change nothing. */
export const NOT_COMPARED = ['parameters', 'parameters_non_embedding', 'layers', 'heads', 'width', 'learning_rate',
  'framework', 'tags', 'notes', 'seed', 'commit', 'host'];

/** Settings that change the loss at a step whatever the learning rate. */
export const COURSE = ['total_steps', 'batch_tokens', 'vocabulary', 'schedule'];

const USUAL = 'adamw without qk-layernorm';

/** The kind of a configuration in words: its settings that are not usual. */
export function kindOf(configuration) {
  const unusual = Object.entries(KIND)
    .map(([name, usual]) => [name, settingText(configuration[name] ?? usual), usual])
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `${name} = ${value}`);
  return unusual.length > 0 ? unusual.join(', ') : USUAL;
}

function settingText(value) {
  return value === 0 ? '0' : String(value).toLowerCase();
}

/** Whether losses of two configurations can be compared at one step. */
export function sameCourse(a, b) {
  return COURSE.every((name) => a[name] === undefined || b[name] === undefined || a[name] === b[name]);
}

/** For each setting the value that most of the configurations share, without size and learning rate. */
export function commonSettings(configurations) {
  const names = new Set(configurations.flatMap((c) => Object.keys(c)).filter((name) => !NOT_COMPARED.includes(name)));
  const common = {};
  for (const name of names) {
    const counts = new Map();
    for (const { [name]: value } of configurations) {
      if (value !== undefined && value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    if (most && 2 * most[1] > configurations.length) common[name] = most[0];
  }
  return common;
}
