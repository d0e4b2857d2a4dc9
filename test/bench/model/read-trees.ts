/** Just enough protobuf to read the trees back out of an ONNX file, for the contenders that want them bare. */
export interface Trees {
  /** Root node of each tree; children are indices into the same arrays. */
  readonly roots: readonly number[];
  readonly feature: Uint8Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingGoesLeft: Uint8Array;
  /** Value of a leaf; a leaf's children are −1. */
  readonly leaf: Float32Array;
  readonly nodesOf: readonly number[];
}

interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly value: number;
}

function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key & 7;
    const value = wire === 0 ? varint() : 0;
    const length = wire === 2 ? varint() : wire === 5 ? 4 : wire === 1 ? 8 : 0;
    yield { number: key >> 3, bytes: bytes.subarray(at, at + length), value };
    at += length;
  }
}

const submessages = (bytes: Uint8Array, number: number) =>
  [...fieldsOf(bytes)].filter((field) => field.number === number).map((field) => field.bytes);
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const float = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);

/** ModelProto.graph is 7, GraphProto.node 1, NodeProto.attribute 5; AttributeProto has name 1, floats 7, ints 8, strings 9 (not packed). */
function treeAttributes(onnx: Uint8Array): Map<string, (number | string)[]> {
  const attributes = new Map<string, (number | string)[]>();
  for (const node of submessages(onnx, 7).flatMap((graph) => submessages(graph, 1))) {
    for (const attribute of submessages(node, 5)) {
      const values: (number | string)[] = [];
      for (const { number, bytes, value } of fieldsOf(attribute)) {
        if (number === 7) values.push(float(bytes));
        if (number === 8) values.push(value);
        if (number === 9) values.push(text(bytes));
      }
      attributes.set(text(submessages(attribute, 1)[0]), values);
    }
  }
  return attributes;
}

export function readTrees(onnx: Uint8Array): Trees {
  const attributes = treeAttributes(onnx);
  const numbers = (name: string) => (attributes.get(name) ?? []).map(Number);
  const tree = numbers("nodes_treeids");
  const node = numbers("nodes_nodeids");
  const roots = tree.flatMap((_, i) => (node[i] === 0 ? [i] : []));
  const isLeaf = (attributes.get("nodes_modes") ?? []).map((mode) => mode === "LEAF");
  const child = (name: string) => Int32Array.from(numbers(name), (id, i) => (isLeaf[i] === true ? -1 : (roots[tree[i] ?? 0] ?? 0) + id));
  const leaf = new Float32Array(tree.length);
  const leafNode = numbers("target_nodeids");
  const weight = numbers("target_weights");
  for (const [i, id] of numbers("target_treeids").entries()) leaf[(roots[id] ?? 0) + (leafNode[i] ?? 0)] = weight[i] ?? 0;
  return {
    roots,
    feature: Uint8Array.from(numbers("nodes_featureids")),
    threshold: Float32Array.from(numbers("nodes_values")),
    left: child("nodes_truenodeids"),
    right: child("nodes_falsenodeids"),
    missingGoesLeft: Uint8Array.from(numbers("nodes_missing_value_tracks_true")),
    leaf,
    nodesOf: roots.map((root, i) => (roots[i + 1] ?? tree.length) - root),
  };
}
