/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-show-in-folder.h"

#include "mainstay-message-dialog.h"

/* What is needed when the file manager cannot be asked over the bus. */
typedef struct
{
  GtkWindow *parent; /* weak */
  char *path;
} Request;

static void
request_free (Request *request)
{
  g_clear_weak_pointer (&request->parent);
  g_clear_pointer (&request->path, g_free);
  g_clear_pointer (&request, g_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
folder_opened_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && request->parent != NULL)
    mainstay_message_dialog_show_error (request->parent, error);
}

/* Any program that opens folders will do, but it does not select the file. */
static void
open_folder (Request *request)
{
  g_autofree char *folder = g_path_get_dirname (request->path);
  g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

  if (uri == NULL)
    {
      request_free (request);
      return;
    }
  gtk_show_uri_full (request->parent, uri, GDK_CURRENT_TIME, NULL, folder_opened_cb, request);
}

static void
items_shown_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (answer != NULL)
    return;
  g_debug ("No file manager on the bus: %s", error->message);
  open_folder (g_steal_pointer (&request));
}

static void
bus_got_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GDBusConnection) bus = g_bus_get_finish (result, NULL);
  g_autofree char *uri = g_filename_to_uri (request->path, NULL, NULL);
  const char *uris[] = { uri, NULL };

  if (bus == NULL || uri == NULL)
    {
      open_folder (g_steal_pointer (&request));
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, items_shown_cb, g_steal_pointer (&request));
}

/**
 * mainstay_show_in_folder:
 * @parent: (nullable): the window it is asked from
 * @path: a file
 *
 * Shows the file selected in the file manager, or its folder where that is not possible.
 */
void
mainstay_show_in_folder (GtkWindow  *parent,
                         const char *path)
{
  Request *request;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));
  g_return_if_fail (path != NULL);

  request = g_new0 (Request, 1);
  g_set_weak_pointer (&request->parent, parent);
  request->path = g_strdup (path);
  g_bus_get (G_BUS_TYPE_SESSION, NULL, bus_got_cb, request);
}
