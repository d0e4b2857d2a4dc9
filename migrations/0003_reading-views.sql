-- S3.13's tables, read from where the data is. Amounts are major units of `currency`.
CREATE VIEW transactions AS
SELECT e.livemode, e.id AS docno, e.client_id, e.dest_id, e.transaction_type, round(e.amount_minor / power(10::numeric, e.currency_exponent), e.currency_exponent) AS amount,
  e.currency, e.occurred_at AS transdatetime, e.status, e.ip, e.device_id, e.request_id, l.label IN ('fraud', 'chargeback') AS is_fraud, l.label
FROM events e
LEFT JOIN LATERAL (
  SELECT label FROM labels WHERE labels.decision_id = e.request_id ORDER BY labelled_at DESC, id DESC LIMIT 1
) l ON true
WHERE e.type = 'transaction';
--> statement-breakpoint
CREATE VIEW fraud_predictions AS
SELECT livemode, decision_id, transaction_id, stage, probability AS fraud_probability, risk_score, risk_level, is_fraud, outcome,
  (answer ->> 'confidence')::float8 AS confidence, model, model_version, versions, degraded, recovered, decided_at AS predicted_at, occurred_at
FROM decisions;
--> statement-breakpoint
-- One row per rule that fired; the values it read are in `factor_values`.
CREATE VIEW risk_factors AS
SELECT d.livemode, d.decision_id, d.transaction_id, d.occurred_at, r.position, r.rule ->> 'id' AS rule_id, r.rule ->> 'name' AS name,
  (r.rule ->> 'points')::float8 AS points, r.rule ->> 'mode' AS mode, r.rule -> 'values' AS factor_values
FROM decisions d
CROSS JOIN LATERAL jsonb_array_elements(d.answer -> 'rules') WITH ORDINALITY AS r (rule, position);
--> statement-breakpoint
CREATE VIEW recommendations AS
SELECT d.livemode, d.decision_id, d.transaction_id, d.occurred_at, r.position, r.recommendation
FROM decisions d
CROSS JOIN LATERAL jsonb_array_elements_text(d.answer -> 'recommendations') WITH ORDINALITY AS r (recommendation, position);
