package io.muster.dedup.resolve;

import io.muster.directory.Membership;
import io.muster.directory.StoredContact;
import org.jspecify.annotations.Nullable;

/**
 * A contact as a survey reads it.
 *
 * @param stored its row
 * @param membership its membership in the run's list; null when it is no member or there is no list
 */
public record SurveyedContact(
        StoredContact stored, @Nullable Membership membership) {}
