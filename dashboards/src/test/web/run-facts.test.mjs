// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.sessionStorage = { getItem: () => null };
const { RunFacts } = await import('../../main/resources/web/js/run-facts.js');

const signal = new AbortController().signal;
const alarm = { incident: 1, kind: 'loss_spike', state: 'open', severity: 'warning', step: 7, segment: 0, time: '2026-01-01T00:00:00Z' };
const note = { kind: 'note', step: 50, segment: 0, time: '2026-01-01T00:00:01Z', text: 'x' };
const command = (status) => ({ id: 3, command: 'pause', status });

function answering(parts) {
  globalThis.fetch = async (path) => {
    const found = parts[path.split('/').at(-1)];
    return found === undefined ? new Response('{}', { status: 404 }) : new Response(JSON.stringify(found));
  };
}

test('what the stream tells while an older answer comes is not lost', async () => {
  answering({ alarms: [], commands: [], events: [], evaluations: [] });
  const facts = new RunFacts('a');
  const loading = facts.load(signal);
  assert.equal(facts.addAlarm(alarm), true);
  assert.equal(facts.addEvent(note, 60), true);
  facts.addCommand(command('pending'));
  assert.deepEqual(await loading, []);
  assert.deepEqual(facts.incidents().map((i) => i.kind), ['loss_spike']);
  assert.deepEqual(facts.events.map((e) => e.step), [50]);
  assert.deepEqual(facts.commands.map((c) => c.state), ['pending']);
});

test('what an answer has is there once, and newer than what was told before', async () => {
  answering({ alarms: [alarm], commands: [command('done')], events: [note], evaluations: [] });
  const facts = new RunFacts('a');
  facts.addAlarm(alarm);
  facts.addEvent(note, 60);
  facts.addCommand(command('pending'));
  await facts.load(signal);
  assert.equal(facts.incidents().length, 1);
  assert.equal(facts.events.length, 1);
  assert.deepEqual(facts.commands.map((c) => c.state), ['done']);
});

test('an incident has its newest acknowledgement, and a monitor without them is none that fails', async () => {
  answering({ alarms: [alarm], commands: [], events: [], evaluations: [], acknowledgements: [{ incident: '1', by: 'Ada' }] });
  const facts = new RunFacts('a');
  await facts.load(signal);
  assert.equal(facts.incidents()[0].acknowledged.by, 'Ada');
  const before = facts.version;
  facts.acknowledge({ incident: 1, by: 'Bo' });
  assert.equal(facts.incidents()[0].acknowledged.by, 'Bo');
  assert.ok(facts.version > before);
  answering({ alarms: [alarm], commands: [], events: [], evaluations: [] });
  assert.deepEqual(await facts.load(signal), []);
});

test('a part that cannot be read leaves the others and what was known', async () => {
  answering({ alarms: [alarm], commands: [], events: [note], evaluations: [] });
  const facts = new RunFacts('a');
  await facts.load(signal);
  answering({ alarms: [alarm], commands: [], evaluations: [] });
  assert.deepEqual((await facts.load(signal)).map((e) => e.status), [404]);
  assert.equal(facts.events.length, 1);
  assert.equal(facts.onset(), 7);
});
