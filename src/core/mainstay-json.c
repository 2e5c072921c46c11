/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-json.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-time.h"

/* The characters that may stand outside of a text, brackets and white space excepted. */
static gboolean
is_plain (char c)
{
  return g_ascii_isalnum (c) || c == ':' || c == ',' || c == '+' || c == '-' || c == '.';
}

/* Returns: the number in the `uXXXX` of an escape, -1 when it is none */
static int
read_unit (const char *data,
           size_t      length)
{
  int unit = 0;

  if (length < 5 || data[0] != 'u')
    return -1;
  for (size_t i = 1; i < 5; i++)
    {
      int digit = g_ascii_xdigit_value (data[i]);

      if (digit < 0)
        return -1;
      unit = unit << 4 | digit;
    }
  return unit;
}

/* @data begins behind the backslash. Returns: how long the escape is, 0 when it is none */
static size_t
measure_escape (const char *data,
                size_t      length)
{
  int unit, low;

  if (length > 0 && data[0] != '\0' && strchr ("\"\\/bfnrt", data[0]) != NULL)
    return 1;
  unit = read_unit (data, length);
  if (unit < 0xd800 || unit > 0xdfff)
    return unit < 0 ? 0 : 5;
  /* Half a character, which the other half must follow. */
  low = unit < 0xdc00 && length > 6 && data[5] == '\\' ? read_unit (data + 6, length - 6) : -1;
  return low >= 0xdc00 && low <= 0xdfff ? 11 : 0;
}

/* json-glib 1.6 recurses for each bracket and runs out of stack on a hostile text, so that the
 * depth must be known before it sees the first byte. It also takes comments, texts in single quotes
 * and assignments, in which a quote would hide brackets from this; it takes one value after the
 * other, of which only the last would count; and it leaks a text that is not well formed. */
static gboolean
is_harmless (const char *data,
             size_t      length)
{
  unsigned int depth = 0;
  gboolean in_string = FALSE;
  gboolean begun = FALSE;

  for (size_t i = 0; i < length; i++)
    {
      char c = data[i];

      if (in_string)
        {
          size_t escape = c == '\\' ? measure_escape (data + i + 1, length - i - 1) : 0;

          if (c == '\\' && escape == 0)
            return FALSE;
          i += escape;
          if (c == '"')
            in_string = FALSE;
        }
      else if (g_ascii_isspace (c))
        continue;
      else if (depth == 0 && begun && !(is_plain (c) && is_plain (data[i - 1])))
        return FALSE; /* another value */
      else if (c == '"')
        in_string = begun = TRUE;
      else if (c == '[' || c == '{')
        {
          begun = TRUE;
          if (++depth > MAINSTAY_JSON_MAX_DEPTH)
            return FALSE;
        }
      else if (c == ']' || c == '}')
        depth -= depth > 0 ? 1 : 0;
      else if (!is_plain (c))
        return FALSE;
      else
        begun = TRUE;
    }
  return !in_string;
}

/**
 * mainstay_json_parse:
 * @data: foreign text; need not end in a zero byte
 * @length: its bytes, or -1 when it ends in a zero byte
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Parses text from outside: bounded in depth, and never more than one value.
 *
 * Returns: (transfer full): the value
 */
JsonNode *
mainstay_json_parse (const char  *data,
                     gssize       length,
                     GError     **error)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(GError) parse_error = NULL;
  size_t size = length < 0 ? strlen (data) : (size_t) length;

  if (size == 0 || !is_harmless (data, size) || !g_utf8_validate_len (data, size, NULL))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "Not readable as JSON: not one value, not UTF-8 or nested too deep");
      return NULL;
    }
  if (!json_parser_load_from_data (parser, data, (gssize) size, &parse_error) ||
      json_parser_get_root (parser) == NULL)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER, "Not JSON: %s",
                   parse_error != NULL ? parse_error->message : "no text");
      return NULL;
    }
  return json_parser_steal_root (parser);
}

static JsonNode *
get_value (JsonObject *object,
           const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

/**
 * mainstay_json_get_string:
 * @object: an object
 * @name: a member
 *
 * Returns: (nullable): the text, %NULL when absent, null or not a text
 */
const char *
mainstay_json_get_string (JsonObject *object,
                          const char *name)
{
  JsonNode *node = get_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/**
 * mainstay_json_dup_text:
 * @object: an object
 * @name: a member
 *
 * For members that some servers write as text and others as a number.
 *
 * Returns: (transfer full) (nullable): the text, or the number as text; %NULL when neither
 */
char *
mainstay_json_dup_text (JsonObject *object,
                        const char *name)
{
  JsonNode *node = get_value (object, name);

  if (node == NULL)
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      char buffer[G_ASCII_DTOSTR_BUF_SIZE];

      return g_strdup (g_ascii_dtostr (buffer, sizeof buffer, json_node_get_double (node)));
    }
  return g_strdup (mainstay_json_get_string (object, name));
}

/**
 * mainstay_json_get_int:
 * @object: an object
 * @name: a member
 * @fallback: what to answer when it is absent, null or no number
 *
 * Accepts a number written as text.
 *
 * Returns: the number
 */
gint64
mainstay_json_get_int (JsonObject *object,
                       const char *name,
                       gint64      fallback)
{
  g_autofree char *text = mainstay_json_dup_text (object, name);
  gint64 number;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    return fallback;
  return number;
}

/**
 * mainstay_json_get_double:
 * @object: an object
 * @name: a member
 * @fallback: what to answer when it is absent, null or no number
 *
 * Returns: the number
 */
double
mainstay_json_get_double (JsonObject *object,
                          const char *name,
                          double      fallback)
{
  JsonNode *node = get_value (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;

  return type == G_TYPE_DOUBLE || type == G_TYPE_INT64 ? json_node_get_double (node) : fallback;
}

/**
 * mainstay_json_get_boolean:
 * @object: an object
 * @name: a member
 * @fallback: what to answer when it is absent, null or no boolean
 *
 * Returns: the truth value
 */
gboolean
mainstay_json_get_boolean (JsonObject *object,
                           const char *name,
                           gboolean    fallback)
{
  JsonNode *node = get_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
           ? json_node_get_boolean (node)
           : fallback;
}

/**
 * mainstay_json_get_time:
 * @object: an object
 * @name: a member
 *
 * Returns: milliseconds since 1970 in UTC, 0 when there is no valid time
 */
gint64
mainstay_json_get_time (JsonObject *object,
                        const char *name)
{
  return mainstay_time_parse (mainstay_json_get_string (object, name));
}

/**
 * mainstay_json_get_array:
 * @object: an object
 * @name: a member
 *
 * Returns: (transfer none) (nullable): the array, %NULL when absent or no array
 */
JsonArray *
mainstay_json_get_array (JsonObject *object,
                         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/**
 * mainstay_json_dup_strings:
 * @object: an object
 * @name: a member
 *
 * Returns: (transfer full): the texts of an array; members that are no texts are left out
 */
GStrv
mainstay_json_dup_strings (JsonObject *object,
                           const char *name)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = mainstay_json_get_array (object, name);

  for (unsigned int i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (node));
    }
  return g_strv_builder_end (builder);
}

/**
 * mainstay_json_to_text:
 * @node: a value
 *
 * Returns: (transfer full): @node as compact JSON
 */
char *
mainstay_json_to_text (JsonNode *node)
{
  return json_to_string (node, FALSE);
}
