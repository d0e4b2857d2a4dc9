"""XGBoost's trees as an ONNX graph: TreeEnsembleRegressor → (× slope + intercept) → Sigmoid, one output."""
import json

import numpy as np
import onnx
from onnx import TensorProto, helper


def trees_of(booster):
    return json.loads(bytes(booster.save_raw("json")).decode())["learner"]["gradient_booster"]["model"]["trees"]


def base_margin_of(booster):
    # Newer XGBoost stores the base score as a one-element list in text.
    text = json.loads(booster.save_config())["learner"]["learner_model_param"]["base_score"].strip("[]")
    return float(np.log(float(text) / (1 - float(text))))


def to_onnx(booster, width, name, slope=1.0, intercept=0.0):
    """Bytes of a model with input `features` [N, width] and output `probability` [N, 1]; NaN is a missing value."""
    node = {key: [] for key in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids", "missing_value_tracks_true")}
    leaf = {key: [] for key in ("treeids", "nodeids", "ids", "weights")}
    for tree_id, tree in enumerate(trees_of(booster)):
        for i, left in enumerate(tree["left_children"]):
            is_leaf = left == -1
            value = float(np.float32(tree["split_conditions"][i]))
            node["treeids"].append(tree_id)
            node["nodeids"].append(i)
            # XGBoost goes left when value < threshold: BRANCH_LT keeps the float32 threshold as it is.
            node["modes"].append("LEAF" if is_leaf else "BRANCH_LT")
            node["featureids"].append(0 if is_leaf else tree["split_indices"][i])
            node["values"].append(0.0 if is_leaf else value)
            node["truenodeids"].append(0 if is_leaf else left)
            node["falsenodeids"].append(0 if is_leaf else tree["right_children"][i])
            node["missing_value_tracks_true"].append(0 if is_leaf else int(tree["default_left"][i]))
            if is_leaf:
                leaf["treeids"].append(tree_id)
                leaf["nodeids"].append(i)
                leaf["ids"].append(0)
                leaf["weights"].append(value)
    attributes = {f"nodes_{key}": values for key, values in node.items()} | {f"target_{key}": values for key, values in leaf.items()}
    calibrated = (slope, intercept) != (1.0, 0.0)
    nodes = [
        # LOGISTIC as post_transform is ignored by ONNX Runtime for one target: the Sigmoid is a node of its own.
        helper.make_node(
            "TreeEnsembleRegressor", ["features"], ["margin"], domain="ai.onnx.ml", name="trees",
            n_targets=1, aggregate_function="SUM", post_transform="NONE", base_values=[base_margin_of(booster)], **attributes,
        )
    ]
    constants = []
    if calibrated:
        constants = [helper.make_tensor("slope", TensorProto.FLOAT, [1], [slope]), helper.make_tensor("intercept", TensorProto.FLOAT, [1], [intercept])]
        nodes += [helper.make_node("Mul", ["margin", "slope"], ["scaled"]), helper.make_node("Add", ["scaled", "intercept"], ["logit"])]
    nodes.append(helper.make_node("Sigmoid", ["logit" if calibrated else "margin"], ["probability"]))
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
        constants,
    )
    opsets = [helper.make_opsetid("ai.onnx.ml", 1), helper.make_opsetid("", 15)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="tollgate")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString()
