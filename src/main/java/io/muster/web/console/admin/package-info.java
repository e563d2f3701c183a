/**
 * Pages of who administers: users, tokens, and the audit log. All of it needs the role for it.
 */
@NullMarked
package io.muster.web.console.admin;

import org.jspecify.annotations.NullMarked;
