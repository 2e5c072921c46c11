/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * The properties of an operation, and when their changes are told.
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-internal.h"

#define NOTIFY_INTERVAL 100 /* milliseconds */

#define PROP(name) MAINSTAY_OPERATION_PROP_##name

static GParamSpec *properties[PROP (BACKUP) + 1];

void
_mainstay_operation_flush (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  unsigned int dirty = priv->dirty;

  priv->dirty = 0;
  g_object_freeze_notify (G_OBJECT (self));
  for (unsigned int i = 1; i < G_N_ELEMENTS (properties); i++)
    if (dirty & (1u << i))
      g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
_mainstay_operation_note (MainstayOperation         *self,
                          MainstayOperationProperty  property)
{
  _mainstay_operation_get (self)->dirty |= 1u << property;
}

void
_mainstay_operation_mark (MainstayOperation         *self,
                          MainstayOperationProperty  property)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  _mainstay_operation_note (self, property);
  if (priv->tick_id == 0)
    priv->tick_id = g_timeout_add (NOTIFY_INTERVAL, _mainstay_operation_tick_cb, self);
}

void
_mainstay_operation_note_abilities (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  unsigned int abilities = 0;

  abilities |= mainstay_operation_can_cancel (self) ? 1u << PROP (CAN_CANCEL) : 0;
  abilities |= mainstay_operation_can_pause (self) ? 1u << PROP (CAN_PAUSE) : 0;
  abilities |= mainstay_operation_can_resume (self) ? 1u << PROP (CAN_RESUME) : 0;
  abilities |= mainstay_operation_can_retry (self) ? 1u << PROP (CAN_RETRY) : 0;
  priv->dirty |= priv->abilities ^ abilities;
  priv->abilities = abilities;
}

static void
get_progress_property (MainstayOperation         *self,
                       MainstayOperationProperty  property,
                       GValue                    *value)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  switch (property)
    {
    case PROP (STEP):
      g_value_set_int (value, priv->step);
      break;
    case PROP (PROGRESS):
      g_value_set_double (value, priv->progress);
      break;
    case PROP (BYTES_DONE):
      g_value_set_int64 (value, priv->bytes_done);
      break;
    case PROP (BYTES_TOTAL):
      g_value_set_int64 (value, priv->bytes_total);
      break;
    case PROP (SPEED):
      g_value_set_double (value, priv->speed);
      break;
    case PROP (SECONDS_LEFT):
      g_value_set_int (value, priv->seconds_left);
      break;
    case PROP (RETRIES):
    default:
      g_value_set_uint (value, priv->retries);
    }
}

static void
mainstay_operation_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  MainstayOperation *self = MAINSTAY_OPERATION (object);
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  switch ((MainstayOperationProperty) prop_id)
    {
    case PROP (KIND):
      g_value_set_int (value, mainstay_operation_get_kind (self));
      break;
    case PROP (STATE):
      g_value_set_int (value, priv->state);
      break;
    case PROP (STEP):
    case PROP (PROGRESS):
    case PROP (BYTES_DONE):
    case PROP (BYTES_TOTAL):
    case PROP (SPEED):
    case PROP (SECONDS_LEFT):
    case PROP (RETRIES):
      get_progress_property (self, (MainstayOperationProperty) prop_id, value);
      break;
    case PROP (ERROR):
      g_value_set_boxed (value, priv->error);
      break;
    case PROP (TROUBLE):
      g_value_set_boxed (value, priv->trouble);
      break;
    case PROP (STARTED_AT):
      g_value_set_int64 (value, priv->started_at);
      break;
    case PROP (FINISHED_AT):
      g_value_set_int64 (value, priv->finished_at);
      break;
    case PROP (CAN_CANCEL):
    case PROP (CAN_PAUSE):
    case PROP (CAN_RESUME):
    case PROP (CAN_RETRY):
      g_value_set_boolean (value, (priv->abilities & (1u << prop_id)) != 0);
      break;
    case PROP (CLIENT):
      g_value_set_object (value, priv->client);
      break;
    case PROP (APP):
      g_value_set_object (value, priv->app);
      break;
    case PROP (ENVIRONMENT):
      g_value_set_object (value, priv->environment);
      break;
    case PROP (BACKUP):
      g_value_set_object (value, priv->backup);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* Only the four that are construct-only can be set. */
static void
mainstay_operation_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (MAINSTAY_OPERATION (object));

  if (prop_id == PROP (CLIENT))
    priv->client = g_value_dup_object (value);
  else if (prop_id == PROP (APP))
    priv->app = g_value_dup_object (value);
  else if (prop_id == PROP (ENVIRONMENT))
    priv->environment = g_value_dup_object (value);
  else if (prop_id == PROP (BACKUP))
    priv->backup = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

#define READ_FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static GParamSpec *
object_property (const char *name,
                 GType       type)
{
  return g_param_spec_object (name, NULL, NULL, type,
                              READ_FLAGS | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);
}

static GParamSpec *
int_property (const char *name,
              int         least,
              int         most)
{
  return g_param_spec_int (name, NULL, NULL, least, most, least, READ_FLAGS);
}

static GParamSpec *
bytes_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, -1, G_MAXINT64, -1, READ_FLAGS);
}

static GParamSpec *
time_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, 0, G_MAXINT64, 0, READ_FLAGS);
}

static GParamSpec *
error_property (const char *name)
{
  return g_param_spec_boxed (name, NULL, NULL, G_TYPE_ERROR, READ_FLAGS);
}

static GParamSpec *
ability_property (const char *name)
{
  return g_param_spec_boolean (name, NULL, NULL, FALSE, READ_FLAGS);
}

void
_mainstay_operation_install (GObjectClass *object_class)
{
  object_class->get_property = mainstay_operation_get_property;
  object_class->set_property = mainstay_operation_set_property;

  properties[PROP (KIND)] = int_property ("kind", 0, MAINSTAY_OPERATION_DOWNLOAD);
  properties[PROP (STATE)] = int_property ("state", 0, MAINSTAY_OPERATION_CANCELLED);
  properties[PROP (STEP)] = int_property ("step", 0, MAINSTAY_STEP_LOADING);
  properties[PROP (PROGRESS)] =
    g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, READ_FLAGS);
  properties[PROP (BYTES_DONE)] = bytes_property ("bytes-done");
  properties[PROP (BYTES_TOTAL)] = bytes_property ("bytes-total");
  properties[PROP (SPEED)] =
    g_param_spec_double ("speed", NULL, NULL, 0, G_MAXDOUBLE, 0, READ_FLAGS);
  properties[PROP (SECONDS_LEFT)] = int_property ("seconds-left", -1, G_MAXINT);
  properties[PROP (RETRIES)] =
    g_param_spec_uint ("retries", NULL, NULL, 0, G_MAXUINT, 0, READ_FLAGS);
  properties[PROP (ERROR)] = error_property ("error");
  properties[PROP (TROUBLE)] = error_property ("trouble");
  properties[PROP (STARTED_AT)] = time_property ("started-at");
  properties[PROP (FINISHED_AT)] = time_property ("finished-at");
  properties[PROP (CAN_CANCEL)] = ability_property ("can-cancel");
  properties[PROP (CAN_PAUSE)] = ability_property ("can-pause");
  properties[PROP (CAN_RESUME)] = ability_property ("can-resume");
  properties[PROP (CAN_RETRY)] = ability_property ("can-retry");
  properties[PROP (CLIENT)] = object_property ("client", MAINSTAY_TYPE_CLIENT);
  properties[PROP (APP)] = object_property ("app", MAINSTAY_TYPE_APP);
  properties[PROP (ENVIRONMENT)] = object_property ("environment", MAINSTAY_TYPE_ENVIRONMENT);
  properties[PROP (BACKUP)] = object_property ("backup", MAINSTAY_TYPE_BACKUP);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}
