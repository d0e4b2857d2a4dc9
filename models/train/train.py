"""Trains every model of models/ from one PaySim file. Run by `npm run train -- DATA.csv[.gz]`, which checks the result and writes the cards.

usage: train.py DATA OUT
Writes OUT/<name>/: model.onnx, card.json (without hash and agreement), rows.f32 and expected.f64 (the agreement set).
Progress goes to standard output, one line each: `step <text>` or `round <done> <total>`.
"""
import hashlib
import json
import os
import sys

import xgboost

import fraudguard
import transfer
from check_rows import check_rows
from paysim import read_rows

AGREEMENT_ROWS = 10_000


class Progress(xgboost.callback.TrainingCallback):
    def __init__(self, total):
        self.done, self.total = 0, total

    def after_iteration(self, model, epoch, evals_log):
        self.done += 1
        say(f"round {self.done} {self.total}")
        return False


def say(line):
    print(line, flush=True)


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def main(data, out):
    say(f"step reading {os.path.basename(data)}")
    rows = read_rows(data)
    with open(data, "rb") as file:
        source = {"name": os.path.basename(data), "sha256": hashlib.sha256(file.read()).hexdigest(), "rows": len(rows.fraud)}
    for module, rounds in ((transfer, transfer.ROUNDS), (fraudguard, fraudguard.ROUNDS * (fraudguard.FOLDS + 2))):
        say(f"step training {module.__name__}")
        trained = module.train(rows, Progress(rounds))
        card = trained["card"]
        card["training"] |= {"data": source, "xgboost": xgboost.__version__}
        folder = os.path.join(out, card["name"])
        os.makedirs(folder, exist_ok=True)
        agreement = check_rows(trained["booster"], trained["data"], AGREEMENT_ROWS)
        write(folder, "model.onnx", trained["onnx"])
        write(folder, "card.json", json.dumps(card).encode())
        write(folder, "rows.f32", agreement.astype("<f4").tobytes())
        write(folder, "expected.f64", trained["predict"](agreement).astype("<f8").tobytes())


main(*sys.argv[1:])
