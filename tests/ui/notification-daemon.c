/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "notification-daemon.h"

/* A notification daemon, as a desktop has one. */
static const char notifications_xml[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
  "<arg type='u' direction='out'/></method>"
  "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
  "</interface></node>";

static void
notified_cb (GDBusConnection       *connection,
             const char            *sender,
             const char            *path,
             const char            *interface,
             const char            *method,
             GVariant              *parameters,
             GDBusMethodInvocation *invocation,
             gpointer               user_data)
{
  GPtrArray *notifications = user_data;
  g_autofree const char **actions = NULL;
  g_autofree char *offered = NULL;
  const char *summary, *body;

  if (g_str_equal (method, "GetCapabilities"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@as)",
                                             g_variant_new_strv (NULL, 0)));
      return;
    }
  g_variant_get (parameters, "(&su&s&s&s^a&s@a{sv}i)", NULL, NULL, NULL, &summary, &body, &actions,
                 NULL, NULL);
  offered = g_strjoinv (" | ", (char **) actions);
  g_ptr_array_add (notifications, g_strconcat (summary, ": ", body, "\n", offered, NULL));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", notifications->len));
}

unsigned int
ui_test_serve_notifications (GPtrArray    *notifications,
                     unsigned int *object)
{
  static const GDBusInterfaceVTable table = { .method_call = notified_cb };
  g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (notifications_xml, NULL);
  g_autoptr(GError) error = NULL;

  *object = g_dbus_connection_register_object (bus, "/org/freedesktop/Notifications",
                                               node->interfaces[0], &table, notifications, NULL,
                                               &error);
  g_assert_no_error (error);
  return g_bus_own_name_on_connection (bus, "org.freedesktop.Notifications",
                                       G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
}
