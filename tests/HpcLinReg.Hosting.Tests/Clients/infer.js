// A client in Node, by @grpc/grpc-js and the service's own description: node infer.js PROTO HOST:PORT
// Asks the built-in model with typed and with raw tensors, and for what has to be refused.
'use strict';
const [, , proto, address] = process.argv;
const grpc = require('@grpc/grpc-js');
const { inference } = grpc.loadPackageDefinition(require('@grpc/proto-loader').loadSync(proto, { keepCase: true, longs: Number }));
const client = new inference.GRPCInferenceService(address, grpc.credentials.createInsecure());
const row = [83, 234289, 2356, 1590, 107608, 1947];
const call = (method, request) => new Promise((resolve, reject) => client[method](request, (error, answer) => error ? reject(error) : resolve(answer)));
const check = (holds, what) => { if (!holds) { console.error(`FAILED: ${what}`); process.exit(1); } console.log(`ok: ${what}`); };
(async () => {
  check((await call('ServerReady', {})).ready, 'the server is ready');
  const metadata = await call('ModelMetadata', { name: 'longley' });
  check(metadata.inputs[0].name === 'x' && metadata.inputs[0].shape[1] === 6, 'the model reads six columns');
  const input = { name: 'x', datatype: 'FP64', shape: [1, 6] };
  const typed = await call('ModelInfer', { model_name: 'longley', inputs: [{ ...input, contents: { fp64_contents: row } }] });
  const value = typed.outputs[0].contents.fp64_contents[0];
  check(Math.abs(value - 60055.66) < 0.005, `typed tensors: ${value}`);
  const raw = await call('ModelInfer', { model_name: 'longley', inputs: [input], raw_input_contents: [Buffer.from(Float64Array.from(row).buffer)] });
  check(raw.raw_output_contents[0].readDoubleLE(0) === value, 'raw tensors give the same bits');
  const refused = await call('ModelInfer', { model_name: 'longley', inputs: [{ ...input, shape: [1, 5], contents: { fp64_contents: row.slice(1) } }] }).catch(error => error);
  check(refused.code === grpc.status.INVALID_ARGUMENT, `refused: ${refused.details}`);
  client.close();
})();
