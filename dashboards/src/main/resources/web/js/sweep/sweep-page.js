// SPDX-License-Identifier: Apache-2.0
import { h } from '../dom.js';
export class SweepPage {
  element = h('div', {});
  dispose() {}
}
