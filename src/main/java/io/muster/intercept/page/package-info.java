/**
 * What runs in a page: the deployment code, with what is in force of a project, and the debugger. The scripts are written in
 * {@code src/main/page} and made small there.
 */
@NullMarked
package io.muster.intercept.page;

import org.jspecify.annotations.NullMarked;
