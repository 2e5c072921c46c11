/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-json.h"

#include <string.h>

#include "mainstay-error.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  JsonNode *node = mainstay_json_parse (text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  return node;
}

static void
refuse (const char *text,
        gssize      length)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (mainstay_json_parse (text, length, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "", " ", "{", "}", "[1,]", "{\"a\":}", "{\"a\" 1}", "[1] [2]", "{} x", "\"\xff\"",
    "{\"a\": \"\xc3\"}", "<html>", "// c\n{}", "/* c */ {}", "{} // c", "['a']", "# c\n{}",
    "var a = {};", ("\xef\xbb\xbf" "<"), "nul", "\"open",
    "1 2", "1{}", "2 {\"a\": 1}", "\"a\" \"b\"", "\"a\"1", "\"\\x\"", "\"\\u12 \"", "\"\\",
    "\"\\ud83d\"", "\"\\ud83d\\u0041\"", "\"\\ude00\"",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("text %" G_GSIZE_FORMAT, i);
      refuse (texts[i], -1);
    }
  /* A zero byte in the middle. */
  refuse ("{\"a\"\0:1}", 8);
}

static void
test_exact_length (void)
{
  g_autofree char *copy = g_memdup2 ("[12345]", 7);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = mainstay_json_parse (copy, 7, &error);

  g_assert_no_error (error);
  g_assert_cmpint (json_array_get_int_element (json_node_get_array (node), 0), ==, 12345);
}

static char *
nest (const char   *prefix,
      char          opening,
      unsigned int  depth,
      gboolean      closed)
{
  GString *text = g_string_new (prefix);

  for (unsigned int i = 0; i < depth; i++)
    g_string_append (text, opening == '[' ? "[" : "{\"a\":");
  if (closed)
    {
      g_string_append (text, "1");
      for (unsigned int i = 0; i < depth; i++)
        g_string_append_c (text, opening == '[' ? ']' : '}');
    }
  return g_string_free (text, FALSE);
}

/* The parser below would run out of stack: also where a comment or a quote of another kind hides
 * the brackets. */
static void
test_bombs (void)
{
  static const char *const prefixes[] = {
    "", "/*\"*/", "/*'\"'*/", "'\"'", "//\"\n", "{'\"':", "\"\\\"", "\"\\\\\"", "#\"\n", "\"",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *arrays = nest (prefixes[i], '[', 3000000, FALSE);
      g_autofree char *whole = nest (prefixes[i], '[', 100000, TRUE);
      g_autofree char *objects = nest (prefixes[i], '{', 100000, TRUE);

      refuse (arrays, -1);
      refuse (whole, -1);
      refuse (objects, -1);
    }
}

static void
test_depth_bound (void)
{
  g_autofree char *good = nest ("", '[', MAINSTAY_JSON_MAX_DEPTH, TRUE);
  g_autofree char *bad = nest ("", '[', MAINSTAY_JSON_MAX_DEPTH + 1, TRUE);
  g_autoptr(JsonNode) node = parse (good);
  g_autofree char *wide = g_strjoinv (",", (char *[]) { "[[]", "[]", "[{}]", "[]]", NULL });
  g_autoptr(JsonNode) wide_node = parse (wide);
  /* Brackets in a text do not count. */
  g_autofree char *many = g_strnfill (1000, '[');
  g_autofree char *text = g_strdup_printf ("{\"a\\\"%s\": \"%s\\\\\"}", many, many);
  g_autoptr(JsonNode) text_node = parse (text);

  g_assert_true (JSON_NODE_HOLDS_ARRAY (node));
  g_assert_cmpint (json_array_get_length (json_node_get_array (wide_node)), ==, 4);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (text_node));
  refuse (bad, -1);
}

static void
test_strings (void)
{
  g_autoptr(JsonNode) node = parse ("{\"s\": \"caf\\u00e9\", \"n\": null, \"i\": 7, \"d\": 1.5, "
                                    "\"b\": true, \"o\": {}, \"a\": []}");
  JsonObject *object = json_node_get_object (node);
  static const char *const others[] = { "n", "i", "d", "b", "o", "a", "absent" };
  g_autofree char *number = mainstay_json_dup_text (object, "i");
  g_autofree char *real = mainstay_json_dup_text (object, "d");
  g_autofree char *text = mainstay_json_dup_text (object, "s");

  g_assert_cmpstr (mainstay_json_get_string (object, "s"), ==, "café");
  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (mainstay_json_get_string (object, others[i]));
  g_assert_cmpstr (number, ==, "7");
  g_assert_cmpstr (real, ==, "1.5");
  g_assert_cmpstr (text, ==, "café");
  g_assert_null (mainstay_json_dup_text (object, "b"));
  g_assert_null (mainstay_json_dup_text (object, "o"));
  g_assert_null (mainstay_json_dup_text (object, "n"));
}

static void
test_numbers (void)
{
  g_autoptr(JsonNode) node = parse (
    "{\"i\": 42, \"s\": \"42\", \"l\": \"9223372036854775807\", \"z\": 9223372036854775807, "
    "\"big\": \"9223372036854775808\", \"neg\": -3, \"word\": \"many\", \"empty\": \"\", "
    "\"n\": null, \"d\": 2.0, \"b\": true, \"half\": 0.5}");
  JsonObject *object = json_node_get_object (node);

  g_assert_cmpint (mainstay_json_get_int (object, "i", -1), ==, 42);
  g_assert_cmpint (mainstay_json_get_int (object, "s", -1), ==, 42);
  g_assert_cmpint (mainstay_json_get_int (object, "l", -1), ==, G_MAXINT64);
  g_assert_cmpint (mainstay_json_get_int (object, "z", -1), ==, G_MAXINT64);
  g_assert_cmpint (mainstay_json_get_int (object, "neg", -1), ==, -3);
  g_assert_cmpint (mainstay_json_get_int (object, "d", -1), ==, 2);
  g_assert_cmpint (mainstay_json_get_int (object, "big", -1), ==, -1);
  g_assert_cmpint (mainstay_json_get_int (object, "word", -1), ==, -1);
  g_assert_cmpint (mainstay_json_get_int (object, "empty", -1), ==, -1);
  g_assert_cmpint (mainstay_json_get_int (object, "n", -1), ==, -1);
  g_assert_cmpint (mainstay_json_get_int (object, "b", -1), ==, -1);
  g_assert_cmpint (mainstay_json_get_int (object, "absent", -1), ==, -1);
  g_assert_cmpfloat (mainstay_json_get_double (object, "half", -1), ==, 0.5);
  g_assert_cmpfloat (mainstay_json_get_double (object, "i", -1), ==, 42);
  g_assert_cmpfloat (mainstay_json_get_double (object, "word", -1), ==, -1);
  g_assert_cmpfloat (mainstay_json_get_double (object, "n", -1), ==, -1);
}

static void
test_others (void)
{
  g_autoptr(JsonNode) node = parse (
    "{\"t\": true, \"f\": false, \"n\": null, \"s\": \"true\", \"list\": [\"a\", 1, null, \"b\"], "
    "\"at\": \"2026-11-23T06:10:00.123Z\", \"never\": \"soon\"}");
  JsonObject *object = json_node_get_object (node);
  g_auto(GStrv) list = mainstay_json_dup_strings (object, "list");
  g_auto(GStrv) none = mainstay_json_dup_strings (object, "absent");

  g_assert_true (mainstay_json_get_boolean (object, "t", FALSE));
  g_assert_false (mainstay_json_get_boolean (object, "f", TRUE));
  g_assert_true (mainstay_json_get_boolean (object, "n", TRUE));
  g_assert_true (mainstay_json_get_boolean (object, "s", TRUE));
  g_assert_false (mainstay_json_get_boolean (object, "s", FALSE));
  g_assert_cmpstrv (list, ((const char *[]) { "a", "b", NULL }));
  g_assert_cmpint (g_strv_length (none), ==, 0);
  g_assert_cmpint (json_array_get_length (mainstay_json_get_array (object, "list")), ==, 4);
  g_assert_null (mainstay_json_get_array (object, "t"));
  g_assert_cmpint (mainstay_json_get_time (object, "at"), ==, G_GINT64_CONSTANT (1795414200123));
  g_assert_cmpint (mainstay_json_get_time (object, "never"), ==, 0);
  g_assert_cmpint (mainstay_json_get_time (object, "absent"), ==, 0);
  g_assert_cmpint (mainstay_json_get_time (object, "t"), ==, 0);
}

static void
test_to_text (void)
{
  g_autoptr(JsonNode) node = parse ("{ \"a\" : [1, \"x\\n\", null] }");
  g_autofree char *text = mainstay_json_to_text (node);

  g_assert_cmpstr (text, ==, "{\"a\":[1,\"x\\n\",null]}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/json/refused", test_refused);
  g_test_add_func ("/core/json/exact-length", test_exact_length);
  g_test_add_func ("/core/json/bombs", test_bombs);
  g_test_add_func ("/core/json/depth-bound", test_depth_bound);
  g_test_add_func ("/core/json/strings", test_strings);
  g_test_add_func ("/core/json/numbers", test_numbers);
  g_test_add_func ("/core/json/others", test_others);
  g_test_add_func ("/core/json/to-text", test_to_text);
  return g_test_run ();
}
