"""Times XGBoost's own inplace_predict on the trees it gets on standard input; answers {batch size: microseconds a call}."""
import json
import sys
import time

import numpy as np
import xgboost

given = json.load(sys.stdin)
rows = np.array(given["rows"], dtype=np.float32)
width = rows.shape[1]


def tree_of(identity, tree):
    count = len(tree["left"])
    parents = [2147483647] * count
    for i, (left, right) in enumerate(zip(tree["left"], tree["right"])):
        if left >= 0:
            parents[left] = parents[right] = i
    conditions = [float(tree["leaf"][i] if tree["left"][i] < 0 else tree["threshold"][i]) for i in range(count)]
    empty = {key: [] for key in ("categories", "categories_nodes", "categories_segments", "categories_sizes")}
    zeros = {key: [0.0] * count for key in ("base_weights", "loss_changes", "sum_hessian")}
    return empty | zeros | {
        "id": identity, "left_children": tree["left"], "right_children": tree["right"], "parents": parents,
        "split_indices": tree["feature"], "split_conditions": conditions, "split_type": [0] * count, "default_left": tree["missingGoesLeft"],
        "tree_param": {"num_deleted": "0", "num_feature": str(width), "num_nodes": str(count), "size_leaf_vector": "0"},
    }


settings = {"objective": "binary:logistic", "base_score": 0.5, "nthread": 1, "max_depth": 1}
frame = xgboost.train(settings, xgboost.DMatrix(rows[:10], [0, 1] * 5), 1)
document = json.loads(bytes(frame.save_raw("json")).decode())
model = document["learner"]["gradient_booster"]["model"]
model["trees"] = [tree_of(i, tree) for i, tree in enumerate(given["trees"])]
model["tree_info"] = [0] * len(given["trees"])
model["gbtree_model_param"]["num_trees"] = str(len(given["trees"]))
if "iteration_indptr" in model:
    model["iteration_indptr"] = list(range(len(given["trees"]) + 1))
booster = xgboost.Booster({"nthread": 1})
booster.load_model(bytearray(json.dumps(document).encode()))

worst = np.abs(booster.inplace_predict(rows, predict_type="margin") - np.array(given["margins"])).max()
if not worst < 1e-4:
    raise SystemExit(f"xgboost and the trees differ by {worst}")
timings = {}
for size, calls in ((1, 2000), (100, 500)):
    medians = []
    for _ in range(9):
        start = time.perf_counter()
        for call in range(calls):
            booster.inplace_predict(rows[call % 100 : call % 100 + size])
        medians.append((time.perf_counter() - start) / calls * 1e6)
    timings[size] = sorted(medians)[4]
print(json.dumps({"version": xgboost.__version__, "microseconds": timings}))
