/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-call.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

static void
append_parts (GString    *path,
              const char *part,
              va_list     parts)
{
  for (; part != NULL; part = va_arg (parts, const char *))
    {
      g_autofree char *escaped = g_uri_escape_string (part, NULL, FALSE);

      g_string_append_c (path, '/');
      g_string_append (path, escaped);
    }
}

/** mainstay_call_path: Returns: (transfer full): the path of these parts, each of them escaped */
char *
mainstay_call_path (const char *first,
                    ...)
{
  g_autoptr(GString) path = g_string_new (NULL);
  va_list parts;

  va_start (parts, first);
  append_parts (path, first, parts);
  va_end (parts);
  return g_strdup (path->str);
}

/** mainstay_call_environment: Returns: (transfer full): a path of Backups v2 */
char *
mainstay_call_environment (MainstayApp *app,
                           const char  *environment_id,
                           ...)
{
  const char *project_id = mainstay_app_get_project_id (app);
  g_autofree char *base = mainstay_call_path ("api", "v2", "apps", project_id, "environments",
                                              environment_id, NULL);
  g_autoptr(GString) path = g_string_new (base);
  va_list parts;

  va_start (parts, environment_id);
  append_parts (path, va_arg (parts, const char *), parts);
  va_end (parts);
  return g_strdup (path->str);
}

/** mainstay_call_body: Returns: (transfer full): an object of pairs of name and text or %NULL */
char *
mainstay_call_body (const char *first_name,
                    ...)
{
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr(JsonObject) object = json_object_new ();
  va_list pairs;

  va_start (pairs, first_name);
  for (const char *name = first_name; name != NULL; name = va_arg (pairs, const char *))
    {
      const char *value = va_arg (pairs, const char *);

      if (value != NULL)
        json_object_set_string_member (object, name, value);
      else
        json_object_set_null_member (object, name);
    }
  va_end (pairs);
  json_node_set_object (node, object);
  return mainstay_json_to_text (node);
}

/** mainstay_call_get_array: Returns: (transfer none) (nullable): @root, or its @member */
JsonArray *
mainstay_call_get_array (JsonNode    *root,
                         const char  *member,
                         GError     **error)
{
  JsonArray *array = NULL;

  if (root != NULL && member == NULL && JSON_NODE_HOLDS_ARRAY (root))
    array = json_node_get_array (root);
  else if (root != NULL && member != NULL && JSON_NODE_HOLDS_OBJECT (root))
    array = mainstay_json_get_array (json_node_get_object (root), member);
  if (array == NULL)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                         "The answer has no list");
  return array;
}

/**
 * mainstay_call_build_list:
 * @request: gets the number of elements
 * @array: (nullable): the elements; %NULL when @error is set
 * @element_new: makes one
 * @element_free: frees one
 * @error: untouched here
 *
 * An element that cannot be read is left out, so that one bad record does not hide the others.
 *
 * Returns: (transfer full) (nullable): the list
 */
GPtrArray *
mainstay_call_build_list (MainstayRequest      *request,
                          JsonArray            *array,
                          MainstayElementFunc   element_new,
                          GDestroyNotify        element_free,
                          GError              **error)
{
  GPtrArray *list;

  if (array == NULL)
    return NULL;
  request->received = json_array_get_length (array);
  list = g_ptr_array_new_full (request->received, element_free);
  for (unsigned int i = 0; i < request->received; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      g_autoptr(GError) element_error = NULL;
      gpointer element = NULL;

      if (JSON_NODE_HOLDS_OBJECT (node))
        element = element_new (json_node_get_object (node), &element_error);
      if (element != NULL)
        g_ptr_array_add (list, element);
      else
        g_info ("Element %u of %s is left out: %s", i, request->path,
                element_error != NULL ? element_error->message : "no object");
    }
  return list;
}

/** mainstay_call_build_job: A #MainstayBuildFunc for jobs. */
gpointer
mainstay_call_build_job (MainstayRequest  *request,
                         JsonNode         *root,
                         GError          **error)
{
  JsonObject *object = mainstay_build_get_object (root, error);

  return object != NULL ? mainstay_job_new_from_json (object, request->id_member, error) : NULL;
}
