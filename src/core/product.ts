export const NAME = "Tollgate";
export const VERSION = "0.2.0";
export const DESCRIPTION = "Fraud decisions at the edge: may this transaction pass?";
