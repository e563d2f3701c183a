package io.muster.frequency;

import io.muster.frequency.rules.CountedTouchpoint;
import io.muster.frequency.rules.FrequencyRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a contact was contacted, as far as frequency counts it: touchpoints, and reservations that none of them consumed. What was
 * known before a reset does not count, but has consumed what it consumed.
 */
final class Contacted {

    private final List<Touch> touches = new ArrayList<>(2);
    private final List<Reservation> reservations = new ArrayList<>(0);
    private @Nullable Reset reset;

    /**
     * A reset.
     *
     * @param at touchpoints that came to be known up to then do not count
     * @param reservation nor reservations up to this one
     */
    record Reset(long at, long reservation) {}

    /**
     * A counted touchpoint.
     *
     * @param at when it happened
     * @param recordedAt when it came to be known
     */
    record Touch(
            String channel, String kind, long at, @Nullable String survey, long recordedAt) {}

    /**
     * A reservation.
     *
     * @param id its number; a later one has a greater number
     * @param at when it was made
     * @param end when it ends
     * @param knownUntil touchpoints that came to be known later have arrived since
     */
    record Reservation(
            long id,
            String channel,
            long at,
            long end,
            @Nullable String survey,
            long knownUntil) {}

    /** What one counted touchpoint was, for explanations. */
    sealed interface Origin {

        /** It happened. */
        record Happened(Touch touch) implements Origin {}

        /** It is reserved. */
        record Reserved(Reservation reservation) implements Origin {}
    }

    void add(Touch touch) {
        touches.add(touch);
    }

    /** Reservations are added in the order in which they were made. */
    void add(Reservation reservation) {
        reservations.add(reservation);
    }

    void reset(Reset last) {
        reset = last;
    }

    /** When it was last reset; null for never. */
    @Nullable
    Long resetAt() {
        return reset == null ? null : reset.at();
    }

    /** When the latest of its touchpoints came to be known; 0 for none. */
    long knownUntil() {
        long known = 0;
        for (Touch touch : touches) {
            known = Math.max(known, touch.recordedAt());
        }

        return known;
    }

    /** What counts. The id of each is its place in {@link #origins()}. */
    List<CountedTouchpoint> counted() {
        List<CountedTouchpoint> counted = new ArrayList<>(touches.size() + reservations.size());
        for (Origin origin : origins()) {
            String id = Integer.toString(counted.size());
            counted.add(
                    switch (origin) {
                        case Origin.Happened happened ->
                            CountedTouchpoint.happened(
                                    id, happened.touch().at(), happened.touch().survey());
                        case Origin.Reserved reserved ->
                            CountedTouchpoint.reserved(
                                    id,
                                    reserved.reservation().at(),
                                    reserved.reservation().survey(),
                                    reserved.reservation().end());
                    });
        }

        return counted;
    }

    List<Origin> origins() {
        List<Origin> origins = new ArrayList<>(touches.size() + reservations.size());
        long at = reset == null ? Long.MIN_VALUE : reset.at();
        long id = reset == null ? Long.MIN_VALUE : reset.reservation();
        touches.stream()
                .filter(touch -> touch.recordedAt() > at)
                .forEach(touch -> origins.add(new Origin.Happened(touch)));
        standing().stream()
                .filter(reservation -> reservation.id() > id)
                .forEach(reservation -> origins.add(new Origin.Reserved(reservation)));
        return origins;
    }

    /** Each counted touchpoint consumes the oldest reservation of its survey that stood when it arrived. */
    private List<Reservation> standing() {
        if (reservations.isEmpty() || touches.isEmpty()) {
            return reservations;
        }

        List<Reservation> standing = new ArrayList<>(reservations);
        List<Touch> arrivals = touches.stream()
                .sorted(Comparator.comparingLong(Touch::recordedAt))
                .toList();
        for (Touch touch : arrivals) {
            standing.stream()
                    .filter(one -> touch.recordedAt() > one.knownUntil()
                            && touch.recordedAt() < one.end()
                            && sameSurvey(touch.survey(), one.survey()))
                    .findFirst()
                    .ifPresent(standing::remove);
        }

        return standing;
    }

    private static boolean sameSurvey(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return Objects.equals(one, other);
        }

        return FrequencyRule.surveyKey(one).equals(FrequencyRule.surveyKey(other));
    }
}
