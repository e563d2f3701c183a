/**
 * What a front asks and what it answers: requests that carry an {@link io.muster.directory.Actor}, views, and services
 * that do what is asked; start with {@link io.muster.app.AppConfiguration}. Refusals carry codes, and nothing here is
 * worded for one front: commands, pages and APIs put a view into their own words and add their own advice.
 */
@NullMarked
package io.muster.app;

import org.jspecify.annotations.NullMarked;
