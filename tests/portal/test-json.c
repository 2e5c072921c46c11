/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-json.h"
#include "mainstay-portal-json-text.h"
#include "mainstay-portal-json.h"
#include "mainstay-time.h"

/* What the portal writes, read by the parser of others. */

static JsonObject *
parse (GString *written)
{
  g_autofree char *text = g_string_free (written, FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = NULL;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p++)
    g_assert_false (g_ascii_iscntrl (*p));
  node = mainstay_json_parse (text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  return json_node_dup_object (node);
}

static void
assert_string (JsonObject *object,
               const char *name,
               const char *expected)
{
  JsonNode *node = json_object_get_member (object, name);

  g_assert_nonnull (node);
  if (expected == NULL)
    g_assert_true (JSON_NODE_HOLDS_NULL (node));
  else
    g_assert_cmpstr (json_node_get_string (node), ==, expected);
}

static void
assert_int (JsonObject *object,
            const char *name,
            gint64      expected)
{
  JsonNode *node = json_object_get_member (object, name);

  g_assert_nonnull (node);
  g_assert_true (json_node_get_value_type (node) == G_TYPE_INT64);
  g_assert_cmpint (json_node_get_int (node), ==, expected);
}

static void
assert_double (JsonObject *object,
               const char *name,
               double      expected)
{
  JsonNode *node = json_object_get_member (object, name);

  g_assert_nonnull (node);
  g_assert_true (json_node_get_value_type (node) == G_TYPE_DOUBLE);
  g_assert_true (json_node_get_double (node) >= expected);
  g_assert_true (json_node_get_double (node) <= expected);
}

/* Each character that can be, alone and between others. */
static void
test_escapes (void)
{
  for (gunichar c = 1; c <= 0x10ffff; c += c < 0x3000 ? 1 : 257)
    {
      g_autoptr(JsonObject) object = NULL;
      GString *text;
      char value[16] = "";
      int length;

      if (!g_unichar_validate (c))
        continue;
      text = g_string_new (NULL);
      length = g_unichar_to_utf8 (c, value);
      value[length] = 'n';
      g_unichar_to_utf8 (c, value + length + 1);
      mainstay_portal_json_text_open (text, NULL, '{');
      mainstay_portal_json_text_string (text, "value", value);
      mainstay_portal_json_text_close (text, '}');
      object = parse (text);
      assert_string (object, "value", value);
    }
}

static void
test_values (void)
{
  static const double doubles[] = { 0, 1, 0.1, 1.0 / 3, 1e-7, 5e-324, 1e300, 123456789.125 };
  g_autoptr(JsonObject) object = NULL;
  GString *text = g_string_new (NULL);
  JsonArray *array;

  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "brackets", "[{");
  mainstay_portal_json_text_string (text, "empty", "");
  mainstay_portal_json_text_string (text, "null", NULL);
  mainstay_portal_json_text_int (text, "least", G_MININT64);
  mainstay_portal_json_text_int (text, "most", G_MAXINT64);
  mainstay_portal_json_text_boolean (text, "yes", TRUE);
  mainstay_portal_json_text_boolean (text, "no", FALSE);
  mainstay_portal_json_text_open (text, "none", '[');
  mainstay_portal_json_text_close (text, ']');
  mainstay_portal_json_text_open (text, "doubles", '[');
  for (size_t i = 0; i < G_N_ELEMENTS (doubles); i++)
    mainstay_portal_json_text_double (text, NULL, doubles[i]);
  mainstay_portal_json_text_close (text, ']');
  mainstay_portal_json_text_close (text, '}');
  object = parse (text);
  assert_string (object, "brackets", "[{");
  assert_string (object, "empty", "");
  assert_string (object, "null", NULL);
  assert_int (object, "least", G_MININT64);
  assert_int (object, "most", G_MAXINT64);
  g_assert_true (json_object_get_boolean_member (object, "yes"));
  g_assert_false (json_object_get_boolean_member (object, "no"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "none")), ==, 0);
  array = json_object_get_array_member (object, "doubles");
  g_assert_cmpuint (json_array_get_length (array), ==, G_N_ELEMENTS (doubles));
  for (size_t i = 0; i < G_N_ELEMENTS (doubles); i++)
    {
      JsonNode *node = json_array_get_element (array, (unsigned int) i);

      g_assert_true (json_node_get_value_type (node) == G_TYPE_DOUBLE);
      g_assert_true (json_node_get_double (node) >= doubles[i]);
      g_assert_true (json_node_get_double (node) <= doubles[i]);
    }
}

static MainstayPortalSnapshot *
new_snapshot (const char *comment)
{
  MainstayPortalSnapshot *snapshot = g_new0 (MainstayPortalSnapshot, 1);

  snapshot->id = g_uuid_string_random ();
  snapshot->environment_id = g_uuid_string_random ();
  snapshot->state = MAINSTAY_JOB_COMPLETED;
  snapshot->status_message = g_strdup ("Completed \"backup\" creation");
  snapshot->comment = g_strdup (comment);
  snapshot->model_version = g_strdup ("1.0.0.1");
  snapshot->created_by = g_strdup ("Zoë 🚢");
  snapshot->type = g_strdup ("manual");
  snapshot->created_at = G_GINT64_CONSTANT (1795414200001);
  snapshot->finished_at = G_GINT64_CONSTANT (1795414200010);
  snapshot->updated_at = G_GINT64_CONSTANT (1795414200100);
  snapshot->expires_at = G_GINT64_CONSTANT (1803276600999);
  snapshot->size_bytes = G_GINT64_CONSTANT (1) << 41;
  snapshot->files_count = 0;
  snapshot->progress = 1;
  return snapshot;
}

static void
assert_time (JsonObject *object,
             const char *name,
             gint64      expected)
{
  if (expected == 0)
    assert_string (object, name, NULL);
  else
    g_assert_cmpint (mainstay_time_parse (json_object_get_string_member (object, name)), ==,
                     expected);
}

static void
assert_snapshot (JsonObject                   *object,
                 const MainstayPortalSnapshot *snapshot)
{
  g_assert_cmpuint (json_object_get_size (object), ==, 15);
  assert_string (object, "snapshot_id", snapshot->id);
  assert_string (object, "state", mainstay_job_state_to_string (snapshot->state));
  assert_string (object, "status_message", snapshot->status_message);
  assert_string (object, "comment", snapshot->comment != NULL ? snapshot->comment : "");
  assert_string (object, "model_version", snapshot->model_version);
  assert_time (object, "created_at", snapshot->created_at);
  assert_time (object, "finished_at", snapshot->finished_at);
  assert_time (object, "updated_at", snapshot->updated_at);
  assert_time (object, "expires_at", snapshot->expires_at);
  assert_string (object, "created_by", snapshot->created_by);
  assert_string (object, "type", snapshot->type);
  assert_string (object, "environment_id", snapshot->environment_id);
  if (snapshot->progress < 0)
    {
      assert_string (object, "progress", NULL);
      assert_string (object, "size_bytes", NULL);
      assert_string (object, "files_count", NULL);
      return;
    }
  assert_double (object, "progress", snapshot->progress);
  assert_int (object, "size_bytes", snapshot->size_bytes);
  assert_int (object, "files_count", snapshot->files_count);
}

static void
test_page (void)
{
  g_autoptr(GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_portal_snapshot_free);
  g_autoptr(JsonObject) page = NULL;
  MainstayPortalSnapshot *queued = g_new0 (MainstayPortalSnapshot, 1);
  JsonArray *array;

  queued->id = g_uuid_string_random ();
  queued->created_at = 1;
  queued->size_bytes = queued->files_count = -1;
  queued->progress = -1;
  g_ptr_array_add (list, new_snapshot ("Plain"));
  g_ptr_array_add (list, queued);
  g_ptr_array_add (list, new_snapshot ("a \"b\" \\ /\b\f\n\r\t\x01\x1f\x7f } ] , €"
                                       " \xf0\x9f\x9a\xa2"));
  page = parse (mainstay_portal_json_page ("snapshots", list,
                                           (MainstayPortalJsonFunc) mainstay_portal_json_snapshot,
                                           10000, 20, 100));
  g_assert_cmpuint (json_object_get_size (page), ==, 4);
  assert_int (page, "total", 10000);
  assert_int (page, "offset", 20);
  assert_int (page, "limit", 100);
  array = json_object_get_array_member (page, "snapshots");
  g_assert_cmpuint (json_array_get_length (array), ==, list->len);
  for (unsigned int i = 0; i < list->len; i++)
    assert_snapshot (json_array_get_object_element (array, i), list->pdata[i]);
}

static void
test_environment (void)
{
  char *services[] = { (char *) "One \"1\"", (char *) "Two", NULL };
  MainstayPortalEnvironment environment = {
    .id = (char *) "id", .mode = (char *) "Test", .production = TRUE,
    .published_services = services,
  };
  g_autoptr(JsonObject) object = parse (mainstay_portal_json_environment (g_string_new (NULL),
                                                                          &environment));
  g_auto(GStrv) names = mainstay_json_dup_strings (object, "PublishedAppServices");

  assert_string (object, "EnvironmentId", "id");
  assert_string (object, "Mode", "Test");
  assert_string (object, "Url", "");
  assert_string (object, "DataModelVersion", NULL);
  g_assert_true (json_object_get_boolean_member (object, "Production"));
  g_assert_false (json_object_has_member (object, "ModelVersion"));
  g_assert_cmpstrv (names, services);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/json/escapes", test_escapes);
  g_test_add_func ("/portal/json/values", test_values);
  g_test_add_func ("/portal/json/page", test_page);
  g_test_add_func ("/portal/json/environment", test_environment);
  return g_test_run ();
}
