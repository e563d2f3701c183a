/**
 * The console: pages for people, with sign-in, sessions and roles. Each page is a controller, a record of what it shows, and a
 * template that is given nothing else.
 */
@NullMarked
package io.muster.web.console;

import org.jspecify.annotations.NullMarked;
