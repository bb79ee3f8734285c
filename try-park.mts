import { startSandbox } from './test/real-n8n/sandbox.mjs';
import { packPackage } from './test/real-n8n/package-under-test.mjs';
import { preparedTarball } from './test/real-n8n/sandbox.mjs';
import { startSimulatorProcess } from './test/simulator/client.mjs';
import { WorkflowBuilder, webhookTrigger, manualTrigger, items, apikleyVeo, setField } from './test/real-n8n/workflows.mjs';
const t0 = Date.now(); const log = (...a: unknown[]) => console.log(((Date.now()-t0)/1000).toFixed(1), ...a);
await packPackage(preparedTarball()); log('packed');
const sim = await startSimulatorProcess({ apiKey: 'sk-secret-park-0001', tasks: [
  { taskId: 'quick', durationSeconds: 0 },
  { taskId: 'mid', durationSeconds: 30 },
  { taskId: 'fails', durationSeconds: 50, ending: { kind: 'failed', successFlag: 3, errorCode: 501 } },
  { taskId: 'never', ending: { kind: 'never' }, durationSeconds: 0 },
]});
let box = await startSandbox({ env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '5' } }); log('n8n', box.n8n.url);
const credential = await box.client.createCredential('apikleyApi', { apiKey: sim.apiKey, baseUrl: sim.baseUrl });
const wf = (name: string, trigger: any, params: any, more: any = {}, settings: any = {}) => new WorkflowBuilder(name, { executionOrder: 'v1', ...settings })
  .then(trigger).then(items([{taskId:'quick',n:0},{taskId:'mid',n:1},{taskId:'fails',n:2},{taskId:'never',n:3},{taskId:'mid',n:4},{taskId:'unknown1',n:5}]))
  .then(apikleyVeo({ operation: 'waitUntilComplete', taskId: '={{ $json.taskId }}', whileWaiting: 'park', outputMode: 'byStatus', polling: { parkAfter: 0, timeout: 100, onTimeout: 'output' }, ...params }, credential, { onError: 'continueRegularOutput', ...more }))
  .branch(setField('n', "={{ $('Items').item.json.n }}", 'S'), setField('n', "={{ $('Items').item.json.n }}", 'F'), setField('n', "={{ $('Items').item.json.n }}", 'G')).build();
const w = await box.client.createWorkflow(wf('hook', webhookTrigger('go'), {}));
await box.client.activateWorkflow(w);
const e = await box.client.createWorkflow(wf('err', webhookTrigger('goerr'), {}, { onError: 'continueErrorOutput' }));
await box.client.activateWorkflow(e);
const st = await box.client.createWorkflow(wf('stop', webhookTrigger('gostop'), { polling: { parkAfter: 0, timeout: 70 }, taskId: 'never' }, { onError: 'stopWorkflow' }));
await box.client.activateWorkflow(st);
const ns = await box.client.createWorkflow(wf('nosave', webhookTrigger('gons'), {}, {}, { saveDataSuccessExecution: 'none' }));
await box.client.activateWorkflow(ns);
for (const p of ['go','goerr','gostop','gons']) await box.client.callWebhook(p, {});
const hand = await box.client.start(wf('hand', manualTrigger(), {}));
const canc = await box.client.start(wf('cancel', manualTrigger(), {}));
log('started');
const show = async () => { for (const x of (await box.client.listExecutions()).reverse()) log(x.id, x.workflowId, x.mode, x.status, x.waitTill); };
await new Promise(r => setTimeout(r, 10000)); await show();
try { await box.client.stopExecution(canc); log('canceled'); } catch (err) { log('cancel failed', err); }
const done = async () => (await box.client.listExecutions()).filter(x => x.status === 'waiting' || x.status === 'running').length;
while (await done() > 0 && Date.now() - t0 < 240000) await new Promise(r => setTimeout(r, 1000));
await show();
for (const x of (await box.client.listExecutions()).reverse()) { const ex = await box.client.getExecution(x.id); log('EXEC', x.id, x.status, ex.error?.message, ex.stored.length, Object.keys(ex.runs).map(k => k + ':' + ex.runs[k]!.length).join(' '));
 for (const [k, r] of Object.entries(ex.nodes)) { if (['Apikley Veo','S','F','G'].includes(k)) console.log('   ', k, r.status, JSON.stringify(r.outputs.map(o => o.map(i => [i.json.taskId, i.json.status, i.json.n, i.json.message, i.json.error, i.json.details, (i.json.wait as any)?.lookups, (i.json.wait as any)?.waitedSeconds, i.pairedItem])))); console.log('      hints', r.hints.map(h=>h.message)); } }
const reqs = await sim.requests(); log(JSON.stringify((await sim.summary()).perTask));
await box.close(); await sim.stop();
