package io.muster.app;

import io.muster.directory.SurveyResponse;
import io.muster.directory.Touchpoint;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.store.Responses;
import io.muster.directory.store.Timeline;
import io.muster.directory.store.Timeline.Keyed;
import io.muster.directory.store.Timeline.Place;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a contact was sent about surveys, and how it has answered. */
public final class SurveyHistory {

    private static final Set<TouchpointKind> MAILED =
            EnumSet.of(TouchpointKind.INVITE, TouchpointKind.REMINDER, TouchpointKind.THANK_YOU);

    private static final int AT_ONCE = 500;

    private final Timeline timeline;
    private final Responses responses;

    SurveyHistory(Timeline timeline, Responses responses) {
        this.timeline = timeline;
        this.responses = responses;
    }

    /**
     * A message about a survey.
     *
     * @param place its place in the history
     * @param sentAt epoch milliseconds
     * @param bounced whether it is known that it could not be delivered
     * @param read whether it is known that it was opened
     */
    public record Message(
            Place place,
            long sentAt,
            TouchpointKind kind,
            @Nullable String survey,
            boolean bounced,
            boolean read) {}

    /** An answer with its place in the history. */
    public record Answer(Place place, SurveyResponse response) {}

    /** Messages of a contact, the newest first; one that came later about the same survey tells whether it arrived. */
    public List<Message> messages(int directory, long contact, Place from, int most) {
        List<Keyed<Touchpoint>> all = new ArrayList<>();
        Place place = Place.START;
        List<Keyed<Touchpoint>> some = timeline.touchpoints(directory, contact, place, AT_ONCE);
        List<Message> messages = new ArrayList<>();
        while (!some.isEmpty()) {
            for (Keyed<Touchpoint> touchpoint : some) {
                place = new Place(touchpoint.event().happenedAt(), touchpoint.key());
                if (isMessage(touchpoint.event()) && isAfter(place, from)) {
                    messages.add(message(place, touchpoint.event(), all));
                    if (messages.size() == most) {
                        return messages;
                    }
                }

                all.add(touchpoint);
            }

            some = timeline.touchpoints(directory, contact, place, AT_ONCE);
        }

        return messages;
    }

    private static boolean isMessage(Touchpoint touchpoint) {
        return isMail(touchpoint)
                && TouchpointKind.of(touchpoint.kind()).filter(MAILED::contains).isPresent();
    }

    private static boolean isMail(Touchpoint touchpoint) {
        return TouchpointChannel.of(touchpoint.channel())
                .filter(channel -> channel == TouchpointChannel.EMAIL || channel == TouchpointChannel.SMS)
                .isPresent();
    }

    private static boolean isAfter(Place place, Place from) {
        return place.at() < from.at() || (place.at() == from.at() && place.key().compareTo(from.key()) > 0);
    }

    private static Message message(Place place, Touchpoint sent, List<Keyed<Touchpoint>> later) {
        return new Message(
                place,
                sent.happenedAt(),
                TouchpointKind.of(sent.kind()).orElseThrow(),
                sent.survey(),
                cameLater(TouchpointKind.BOUNCED, sent, later),
                cameLater(TouchpointKind.OPENED, sent, later));
    }

    private static boolean cameLater(TouchpointKind kind, Touchpoint sent, List<Keyed<Touchpoint>> later) {
        // Of several messages about one survey, the last one before it is meant.
        for (Keyed<Touchpoint> touchpoint : later.reversed()) {
            Touchpoint event = touchpoint.event();
            if (isMail(event)
                    && event.channel().equals(sent.channel())
                    && Objects.equals(event.survey(), sent.survey())) {
                if (event.kind().equals(kind.word())) {
                    return true;
                }

                if (isMessage(event)) {
                    return false;
                }
            }
        }

        return false;
    }

    /** Answers of a contact, the newest first. */
    public List<Answer> answers(int directory, long contact, Place from, int most) {
        return responses.of(directory, contact, from, most).stream()
                .map(keyed -> new Answer(new Place(keyed.event().happenedAt(), keyed.key()), keyed.event()))
                .toList();
    }
}
