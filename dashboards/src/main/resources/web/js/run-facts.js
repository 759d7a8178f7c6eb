// SPDX-License-Identifier: Apache-2.0
// What is known of a run beside its curves: alarms, commands, events, evaluations, acknowledgements.
// Fetched as a whole, and kept up by the live stream.

import { get, runPath } from './api.js';
import { toCommand, toCommands } from './command-model.js';
import { addEvent } from './event-model.js';
import { addAlarm, groupIncidents, knownAlarms } from './incident-model.js';

// Far more than comes between the stream's word and its being readable.
const MOST_TOLD = 200;

export class RunFacts {
  #path;
  #alarms = [];
  #incidents = null;
  #acknowledged = new Map();
  #told = []; // what the stream added lately, oldest first
  commands = [];
  events = [];
  evaluations = [];
  /** Rises with every change. */
  version = 0;

  constructor(run) {
    this.#path = runPath(run);
  }

  /** Fetches all of it; what one part cannot have, the others have all the same. Returns the failures. */
  async load(signal) {
    const part = (name) => get(`${this.#path}/${name}`, {}, signal);
    const answers = await Promise.allSettled(
      [part('alarms'), part('commands'), part('events'), part('evaluations'), this.#acknowledgements(signal)]);
    if (signal.aborted) return [];
    const [alarms, commands, events, evaluations, acknowledged] = answers;
    this.#alarms = knownAlarms(this.#alarms, alarms);
    this.#changed();
    if (commands.status === 'fulfilled') this.commands = toCommands(commands.value);
    if (events.status === 'fulfilled') this.events = events.value;
    if (evaluations.status === 'fulfilled') this.evaluations = evaluations.value;
    if (acknowledged.status === 'fulfilled') acknowledged.value.forEach((ack) => this.acknowledge(ack));
    // An answer may be older than what the stream told while it was made.
    this.#told.forEach((again) => again());
    return answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason);
  }

  // A monitor older than the page does not have them.
  async #acknowledgements(signal) {
    try {
      return await get(`${this.#path}/acknowledgements`, {}, signal);
    } catch (e) {
      if (e.status === 404) return [];
      throw e;
    }
  }

  /** Adds an alarm of the live stream; true when it is new. */
  addAlarm(alarm) {
    const added = addAlarm(this.#alarms, alarm);
    if (added) this.#tell(() => addAlarm(this.#alarms, alarm));
    return added;
  }

  /** Adds or replaces a command of the live stream. */
  addCommand(data) {
    const command = toCommand(data);
    this.commands = [...this.commands.filter((c) => c.id !== command.id), command];
    this.#tell(() => {
      if (!this.commands.some((c) => c.id === command.id)) this.commands.push(command);
    });
  }

  /** Adds an event of the live stream; true when it is new. */
  addEvent(event, lastStep) {
    const added = addEvent(this.events, event, lastStep);
    if (added) this.#tell(() => addEvent(this.events, event, lastStep));
    return added;
  }

  #tell(again) {
    this.#told.push(again);
    if (this.#told.length > MOST_TOLD) this.#told.shift();
    this.#changed();
  }

  /** Keeps who acknowledged an incident; a newer one replaces it. */
  acknowledge(acknowledgement) {
    this.#acknowledged.set(String(acknowledgement.incident), acknowledgement);
    this.#changed();
  }

  /** First step of the oldest open incident; null without one. */
  onset() {
    const open = this.incidents().filter((i) => i.open).map((i) => i.fromStep);
    return open.length > 0 ? Math.min(...open) : null;
  }

  #changed() {
    this.version++;
    this.#incidents = null;
  }

  /** The incidents, each with its acknowledgement, if any. */
  incidents() {
    this.#incidents ??= groupIncidents(this.#alarms)
      .map((incident) => ({ ...incident, acknowledged: this.#acknowledged.get(String(incident.key)) ?? null }));
    return this.#incidents;
  }
}
