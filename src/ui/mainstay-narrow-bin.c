/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-narrow-bin.h"

#define LEAST_WIDTH 360
#define LEAST_HEIGHT 300

struct _MainstayNarrowBin
{
  GtkWidget parent_instance;

  GtkWidget *child;
  int narrow_width; /* pixels */
  gboolean narrow;
};

typedef enum { PROP_CHILD = 1, PROP_NARROW, PROP_NARROW_WIDTH } MainstayNarrowBinProperty;

static GParamSpec *properties[PROP_NARROW_WIDTH + 1];

G_DEFINE_FINAL_TYPE (MainstayNarrowBin, mainstay_narrow_bin, GTK_TYPE_WIDGET)

static void
mainstay_narrow_bin_measure (GtkWidget      *widget,
                             GtkOrientation  orientation,
                             int             for_size,
                             int            *minimum,
                             int            *natural,
                             int            *minimum_baseline,
                             int            *natural_baseline)
{
  MainstayNarrowBin *self = MAINSTAY_NARROW_BIN (widget);
  int least = orientation == GTK_ORIENTATION_HORIZONTAL ? LEAST_WIDTH : LEAST_HEIGHT;

  *minimum = *natural = least;
  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, -1, NULL, natural, NULL, NULL);
  *natural = MAX (*natural, least);
}

static void
mainstay_narrow_bin_size_allocate (GtkWidget *widget,
                                   int        width,
                                   int        height,
                                   int        baseline)
{
  MainstayNarrowBin *self = MAINSTAY_NARROW_BIN (widget);
  gboolean narrow = width < self->narrow_width;
  int least_width, least_height;

  if (self->child == NULL)
    return;
  if (self->narrow != narrow)
    {
      self->narrow = narrow;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
    }
  /* Only now, as the notification may have changed what the child needs. */
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
  width = MAX (width, least_width);
  gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, width, &least_height, NULL, NULL,
                      NULL);
  gtk_widget_allocate (self->child, width, MAX (height, least_height), baseline, NULL);
}

static void
set_child (MainstayNarrowBin *self,
           GtkWidget         *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
mainstay_narrow_bin_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  MainstayNarrowBin *self = MAINSTAY_NARROW_BIN (object);

  switch ((MainstayNarrowBinProperty) prop_id)
    {
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_NARROW_WIDTH:
      g_value_set_int (value, self->narrow_width);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_narrow_bin_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  MainstayNarrowBin *self = MAINSTAY_NARROW_BIN (object);

  switch ((MainstayNarrowBinProperty) prop_id)
    {
    case PROP_CHILD:
      set_child (self, g_value_get_object (value));
      break;
    case PROP_NARROW_WIDTH:
      self->narrow_width = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_NARROW:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_narrow_bin_dispose (GObject *object)
{
  g_clear_pointer (&MAINSTAY_NARROW_BIN (object)->child, gtk_widget_unparent);

  G_OBJECT_CLASS (mainstay_narrow_bin_parent_class)->dispose (object);
}

static void
mainstay_narrow_bin_class_init (MainstayNarrowBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_narrow_bin_dispose;
  object_class->get_property = mainstay_narrow_bin_get_property;
  object_class->set_property = mainstay_narrow_bin_set_property;
  widget_class->measure = mainstay_narrow_bin_measure;
  widget_class->size_allocate = mainstay_narrow_bin_size_allocate;

  properties[PROP_CHILD] =
    g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW] =
    g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW_WIDTH] =
    g_param_spec_int ("narrow-width", NULL, NULL, 0, G_MAXINT, 0,
                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_narrow_bin_init (MainstayNarrowBin *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/** mainstay_narrow_bin_get_narrow: Returns: whether there is little room */
gboolean
mainstay_narrow_bin_get_narrow (MainstayNarrowBin *self)
{
  g_return_val_if_fail (MAINSTAY_IS_NARROW_BIN (self), FALSE);

  return self->narrow;
}
