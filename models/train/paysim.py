"""Reads a PaySim file: CASH_OUT and TRANSFER rows with a positive amount, money in whole cents, split by time."""
import csv
import gzip
from dataclasses import dataclass

import numpy as np

# The sample holds every fraud and a random part of the legitimate rows: one legitimate row stands for this many.
LEGITIMATE_WEIGHT = 8.053
CALIBRATE_FROM, TEST_FROM, TEST_TO = 185, 213, 718


@dataclass
class Rows:
    step: np.ndarray
    cash_out: np.ndarray
    amount: np.ndarray
    origin_before: np.ndarray
    origin_after: np.ndarray
    dest_before: np.ndarray
    dest_after: np.ndarray
    fraud: np.ndarray
    weight: np.ndarray

    def where(self, mask):
        return Rows(*(getattr(self, field)[mask] for field in self.__dataclass_fields__))

    def fit_window(self):
        return self.where(self.step < CALIBRATE_FROM)

    def calibration_window(self):
        return self.where((self.step >= CALIBRATE_FROM) & (self.step < TEST_FROM))

    def training_window(self):
        return self.where(self.step < TEST_FROM)

    def holdout(self):
        return self.where((self.step >= TEST_FROM) & (self.step <= TEST_TO))


COLUMNS = ["step", "type", "amount", "oldbalanceOrg", "newbalanceOrig", "oldbalanceDest", "newbalanceDest", "isFraud"]


def read_rows(path):
    """Amounts of 0 are left out: the API refuses them before any model sees them."""
    table = []
    with (gzip.open(path, "rt", newline="") if path.endswith(".gz") else open(path, newline="")) as file:
        reader = csv.reader(file)
        header = next(reader)
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise SystemExit(f"{path} is not a PaySim file: no column {', '.join(missing)}")
        at = [header.index(name) for name in COLUMNS]
        for line in reader:
            if line[at[1]] in ("CASH_OUT", "TRANSFER") and float(line[at[2]]) > 0:
                table.append([line[at[1]] == "CASH_OUT"] + [float(line[i]) for i in at if i != at[1]])
    columns = np.array(table, dtype=np.float64).T
    cash_out, step, amount, origin_before, origin_after, dest_before, dest_after, fraud = columns
    fraud = fraud.astype(np.int64)
    return Rows(
        step=step.astype(np.int64),
        cash_out=cash_out.astype(bool),
        amount=cents(amount),
        origin_before=cents(origin_before),
        origin_after=cents(origin_after),
        dest_before=cents(dest_before),
        dest_after=cents(dest_after),
        fraud=fraud,
        weight=np.where(fraud == 1, 1.0, LEGITIMATE_WEIGHT),
    )


def cents(major):
    return np.round(major * 100)
