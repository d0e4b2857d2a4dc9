"""models/transfer: what is known before a CASH_OUT or TRANSFER is carried out, split by time, calibrated on a slice the trees never saw."""
import numpy as np
import xgboost

import fraud_share
from metrics import best_f1_threshold, rounded, summary
from onnx_trees import to_onnx
from paysim import LEGITIMATE_WEIGHT

ROUNDS = 100
SETTINGS = {
    "objective": "binary:logistic", "eval_metric": "aucpr", "eta": 0.05, "max_depth": 6, "min_child_weight": 1,
    "subsample": 0.8, "colsample_bytree": 0.8, "base_score": 0.5, "seed": 42,
    # `exact` finds the split between 0 and 1 cent of |amount − balance| that 256 histogram bins blur; one thread gives the same bytes everywhere.
    "tree_method": "exact", "nthread": 1,
}


def inputs(edges, values):
    return [
        {"name": "amount", "feature": "amount", "encode": "money"},
        {"name": "type_CASH_OUT", "feature": "transaction_type", "encode": "equals", "value": "cash_out"},
        {"name": "type_TRANSFER", "feature": "transaction_type", "encode": "equals", "value": "transfer"},
        {"name": "oldbalanceOrg", "feature": "origin_balance_before", "encode": "money"},
        {"name": "oldbalanceDest", "feature": "dest_balance_before", "encode": "money"},
        {"name": "amount_to_oldbalanceOrg", "feature": "amount_to_origin_balance", "encode": "number"},
        {"name": "amount_minus_oldbalanceOrg", "feature": "amount_minus_origin_balance", "encode": "money"},
        {"name": "fraud_share", "feature": "amount", "encode": "bucket", "edges": edges, "values": values},
    ]


def matrix(rows, edges, values):
    """Float32 rows in card order, computed as the Worker does: whole cents, divided in float64, rounded once."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(rows.origin_before > 0, rows.amount / rows.origin_before, np.nan)
    columns = [
        rows.amount / 100, rows.cash_out, ~rows.cash_out, rows.origin_before / 100, rows.dest_before / 100,
        ratio, np.abs(rows.amount - rows.origin_before) / 100, fraud_share.apply(rows, edges, values),
    ]
    return np.column_stack(columns).astype(np.float32)


def fit_platt(margin, label, weight):
    """Slope and intercept of p = sigmoid(slope × margin + intercept), by Newton's method (Platt 1999, with his smoothed targets)."""
    positives, negatives = label.sum(), (1 - label).sum()
    target = np.where(label == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.column_stack([margin.astype(np.float64), np.ones(len(margin))])
    solution = np.array([1.0, 0.0])
    for _ in range(100):
        p = 1 / (1 + np.exp(-design @ solution))
        gradient = design.T @ (weight * (p - target))
        hessian = design.T @ (design * (weight * p * (1 - p))[:, None])
        step = np.linalg.solve(hessian, gradient)
        solution -= step
        if np.abs(step).max() < 1e-12:
            break
    return float(np.float32(solution[0])), float(np.float32(solution[1]))


def calibrated(booster, rows, slope, intercept):
    """XGBoost's own answer: its margin, the calibration in float64."""
    margin = booster.predict(xgboost.DMatrix(rows), output_margin=True).astype(np.float64)
    return 1 / (1 + np.exp(-(slope * margin + intercept)))


def train(all_rows, progress):
    fit, calibration, holdout = all_rows.fit_window(), all_rows.calibration_window(), all_rows.holdout()
    edges, values = fraud_share.learn(fit)
    seen = matrix(fit, edges, values)
    booster = xgboost.train(SETTINGS, xgboost.DMatrix(seen, fit.fraud, weight=fit.weight), ROUNDS, callbacks=[progress])

    held_out = matrix(calibration, edges, values)
    margin = booster.predict(xgboost.DMatrix(held_out), output_margin=True)
    slope, intercept = fit_platt(margin, calibration.fraud, calibration.weight)
    threshold = rounded(best_f1_threshold(calibration.fraud, calibrated(booster, held_out, slope, intercept), calibration.weight))

    tested = matrix(holdout, edges, values)
    without_dest = tested.copy()
    without_dest[:, 4] = np.nan
    card_inputs = inputs(edges, values)
    for i, entry in enumerate(card_inputs):
        entry["range"] = [float(np.nanmin(seen[:, i])), float(np.nanmax(seen[:, i]))]
    card = {
        "name": "transfer",
        "version": "1",
        "live": True,
        "description": "fraud probability of a CASH_OUT or TRANSFER from what is known before it is carried out",
        "notes": [
            "PaySim is simulated: one rule (the amount equals the origin's whole balance) already has recall .96 and precision 1 on it, so these metrics say little about checkouts",
            "for the same reason it is close to certain of fraud whenever a payment empties the origin exactly: watch that on real traffic before it decides alone",
        ],
        "inputs": card_inputs,
        "missing": "nan",
        "output": {"name": "probability", "calibration": {"method": "platt", "slope": slope, "intercept": intercept, "inGraph": True}},
        "appliesTo": {"types": ["TRANSFER", "CASH_OUT"], "requires": ["oldbalanceOrg"]},
        "threshold": threshold,
        "metrics": {
            "holdout": summary(holdout, calibrated(booster, tested, slope, intercept), threshold),
            "holdoutWithoutDestBalance": summary(holdout, calibrated(booster, without_dest, slope, intercept), threshold),
        },
        "training": {
            "window": "fit on steps below 185, calibrated on 185–212, tested on 213–718, later steps dropped (they hold only fraud)",
            "rows": {"fit": len(fit.fraud), "calibration": len(calibration.fraud), "holdout": len(holdout.fraud)},
            "frauds": {"fit": int(fit.fraud.sum()), "calibration": int(calibration.fraud.sum()), "holdout": int(holdout.fraud.sum())},
            "legitimateWeight": LEGITIMATE_WEIGHT,
            "resampling": "none",
            "rounds": ROUNDS,
            "settings": SETTINGS,
        },
    }
    onnx = to_onnx(booster, seen.shape[1], "transfer", slope, intercept)
    return {"card": card, "onnx": onnx, "booster": booster, "data": tested, "predict": lambda rows: calibrated(booster, rows, slope, intercept)}
