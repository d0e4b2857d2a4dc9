-- Erasures and exports compare values where a document names an entity, never its text: a client called `id` is no key.
-- `names` says what stands under which name (src/core/privacy/personal-places.ts): a kind of entity, or `words`.
-- `persons` is what is erased: texts by kind, {"client": ["c-1"], "email": ["ann@example.org"]}.
CREATE FUNCTION entities_in(held jsonb, names jsonb) RETURNS TABLE (kind text, value text) LANGUAGE sql IMMUTABLE AS $$
  WITH RECURSIVE node (name, part) AS (
    SELECT NULL::text, held
    UNION ALL
    SELECT child.name, child.part FROM node CROSS JOIN LATERAL (
      SELECT key AS name, o.value AS part FROM jsonb_each(CASE WHEN jsonb_typeof(node.part) = 'object' THEN node.part ELSE '{}' END) o
      UNION ALL
      SELECT node.name, a.value FROM jsonb_array_elements(CASE WHEN jsonb_typeof(node.part) = 'array' THEN node.part ELSE '[]' END) a
    ) child
  )
  SELECT names ->> name, part #>> '{}' FROM node
  WHERE jsonb_typeof(part) IN ('string', 'number') AND names ->> name <> 'words'
  UNION
  SELECT part ->> k, part ->> v
  FROM node CROSS JOIN LATERAL unnest(ARRAY['kind', 'type', 'target']) k CROSS JOIN LATERAL unnest(ARRAY['value', 'targetId']) v
  WHERE jsonb_typeof(part) = 'object' AND jsonb_typeof(part -> v) = 'string' AND part ->> k IN (SELECT e.value FROM jsonb_each_text(names) e)
$$;
--> statement-breakpoint
CREATE FUNCTION names_person(held jsonb, persons jsonb, names jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (SELECT FROM entities_in(held, names) e WHERE persons -> e.kind ? e.value)
$$;
--> statement-breakpoint
-- Whether a document's text has one of these in it at all: what it has not it does not name. Spares most rows the walk.
CREATE FUNCTION mentions_any(written text, texts text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (SELECT FROM unnest(texts) t WHERE strpos(written, substr(to_json(t)::text, 2, length(to_json(t)::text) - 2)) > 0)
$$;
--> statement-breakpoint
-- Whether a text can only be an identifier: an address, a number, or letters with several digits. `amount_jump` and `high` may be words.
CREATE FUNCTION is_distinctive(name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT name ~ '^[^[:space:]@]+@[^[:space:]@]+[.][^[:space:]@]+$' OR name ~ '^[+][0-9]{8,}$'
    OR name ~ '^[0-9]{1,3}([.][0-9]{1,3}){3}$' OR name ~* '^[0-9a-f]{1,4}:[0-9a-f:.]{4,}(/64)?$'
    OR (length(name) >= 10 AND name ~ '[[:alpha:]]' AND name ~ '([0-9].*){3}' AND name !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T' AND name !~ '[[:space:]]')
$$;
--> statement-breakpoint
-- Words with a pseudonym in the place of each name that stands there by itself, not as a part of a longer one.
CREATE FUNCTION erase_words(written text, texts text[], pseudonym text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  t text;
  part constant text := '[:alnum:]_@%+~/#&\u00c0-\u024f\u0370-\u1fff-';
BEGIN
  FOREACH t IN ARRAY coalesce(texts, '{}') LOOP
    CONTINUE WHEN t = '' OR coalesce(strpos(written, t), 0) = 0;
    written := regexp_replace(written, '(?<![.' || part || '])' || regexp_replace(t, '([].\\^$*+?(){}|[-])', '\\\1', 'g')
      || '(?![' || part || ']|[.:][[:alnum:]])', pseudonym, 'g');
  END LOOP;
  RETURN written;
END $$;
--> statement-breakpoint
-- A document with the pseudonym in the place of every person it names, and of their names in its words. Its names and structure stay.
CREATE FUNCTION pseudonymise(held jsonb, persons jsonb, names jsonb, texts text[], pseudonym text, name text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  is_entity boolean;
BEGIN
  CASE jsonb_typeof(held)
    WHEN 'object' THEN
      is_entity := persons -> (held ->> 'kind') ? coalesce(held ->> 'value', held ->> 'targetId')
        OR persons -> (held ->> 'type') ? coalesce(held ->> 'value', held ->> 'targetId')
        OR persons -> (held ->> 'target') ? coalesce(held ->> 'value', held ->> 'targetId');
      RETURN (SELECT coalesce(jsonb_object_agg(e.key, CASE
          WHEN is_entity AND e.key IN ('value', 'targetId') THEN to_jsonb(pseudonym)
          WHEN is_entity AND e.key = 'reason' THEN '"erased"'
          ELSE pseudonymise(e.value, persons, names, texts, pseudonym, CASE WHEN name = 'values' AND NOT names ? e.key THEN 'values' ELSE e.key END) END), '{}')
        FROM jsonb_each(held) e);
    WHEN 'array' THEN
      RETURN (SELECT coalesce(jsonb_agg(pseudonymise(a.value, persons, names, texts, pseudonym, name) ORDER BY a.at), '[]')
        FROM jsonb_array_elements(held) WITH ORDINALITY AS a (value, at));
    WHEN 'string', 'number' THEN
      IF persons -> (names ->> name) ? (held #>> '{}') THEN
        RETURN to_jsonb(pseudonym);
      ELSIF names ->> name = 'words' THEN
        RETURN to_jsonb(erase_words(held #>> '{}', texts, pseudonym));
      -- Features have names of the shop's own: there only what is nothing but an identifier is one.
      ELSIF name = 'values' AND (held #>> '{}') = ANY (texts) AND is_distinctive(held #>> '{}') THEN
        RETURN to_jsonb(pseudonym);
      END IF;
      RETURN held;
    ELSE
      RETURN held;
  END CASE;
END $$;
--> statement-breakpoint
-- Null for what is no JSON.
CREATE FUNCTION parsed_json(written text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN written::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
--> statement-breakpoint
DROP FUNCTION names_any(text, text[]);
--> statement-breakpoint
DROP FUNCTION erase_names(text, text[], text);
--> statement-breakpoint
DROP FUNCTION name_in_text(text);
