/**
 * Directory loaders: what writes blocks of contacts, claims, lists, transactions and touchpoints into the database, and the store
 * of rejected rows. It knows nothing of rules; what it is given has been decided.
 */
@NullMarked
package io.muster.load;

import org.jspecify.annotations.NullMarked;
