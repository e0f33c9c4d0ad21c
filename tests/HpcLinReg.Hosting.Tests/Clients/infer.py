"""A client in Python, by grpcio and code made of the service's own description: infer.py FOLDER_OF_THE_MADE_CODE HOST:PORT

Asks the built-in model with typed and with raw tensors, and for what has to be refused."""
import struct
import sys

import grpc

sys.path.insert(0, sys.argv[1])
import open_inference_pb2 as messages  # noqa: E402
import open_inference_pb2_grpc as services  # noqa: E402

ROW = [83, 234289, 2356, 1590, 107608, 1947]


def check(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def tensor(shape, values=None):
    made = messages.ModelInferRequest.InferInputTensor(name="x", datatype="FP64", shape=shape)
    if values is not None:
        made.contents.fp64_contents.extend(values)
    return made


with grpc.insecure_channel(sys.argv[2]) as channel:
    client = services.GRPCInferenceServiceStub(channel)
    check(client.ServerReady(messages.ServerReadyRequest()).ready, "the server is ready")
    typed = client.ModelInfer(messages.ModelInferRequest(model_name="longley", inputs=[tensor([1, 6], ROW)]))
    value = typed.outputs[0].contents.fp64_contents[0]
    check(abs(value - 60055.66) < 0.005, f"typed tensors: {value}")
    raw = client.ModelInfer(messages.ModelInferRequest(model_name="longley", inputs=[tensor([1, 6])], raw_input_contents=[struct.pack("<6d", *ROW)]))
    check(struct.unpack("<d", raw.raw_output_contents[0])[0] == value, "raw tensors give the same bits")
    try:
        client.ModelInfer(messages.ModelInferRequest(model_name="longley", inputs=[tensor([1, 5], ROW[1:])]))
        check(False, "five columns are refused")
    except grpc.RpcError as refused:
        check(refused.code() == grpc.StatusCode.INVALID_ARGUMENT, f"refused: {refused.details()}")
