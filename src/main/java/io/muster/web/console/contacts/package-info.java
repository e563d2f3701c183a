/**
 * Pages of directories, their contacts and lists: found, looked at, changed, downloaded. Seeing needs the role for contacts,
 * changing the one for directories; start with {@link io.muster.web.console.contacts.ContactPagesConfiguration}.
 */
@NullMarked
package io.muster.web.console.contacts;

import org.jspecify.annotations.NullMarked;
