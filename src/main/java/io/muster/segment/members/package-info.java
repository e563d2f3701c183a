/**
 * Reads who is in a segment, in which segments a contact is, and how that came about; tries conditions without saving
 * them. Every answer is of one published version, whatever is rebuilt meanwhile.
 */
@NullMarked
package io.muster.segment.members;

import org.jspecify.annotations.NullMarked;
