package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.app.ContactReading;
import io.muster.app.SurveyHistory;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.TouchpointKind;
import io.muster.directory.store.Timeline.Place;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a contact was sent about surveys, and how it has answered. */
@RestController
final class HistoryController {

    private final Doors doors;
    private final ContactReading contacts;
    private final SurveyHistory history;

    HistoryController(Doors doors, ContactReading contacts, SurveyHistory history) {
        this.doors = doors;
        this.contacts = contacts;
        this.history = history;
    }

    /** An element of a history. */
    sealed interface Element {}

    /** A message. */
    record Email(
            @Nullable String distributionId,
            String date,
            String type,
            String result,
            @Nullable Bounce bounceInfo,
            @Nullable String surveyId,
            boolean read)
            implements Element {}

    record Bounce(String type) {}

    /** An answer. */
    record Response(
            String responseId,
            @Nullable String distributionId,
            @Nullable String dateStarted,
            @Nullable String dateCompleted,
            boolean surveyFinished,
            @Nullable String surveyId)
            implements Element {}

    @GetMapping(V3Paths.DIRECTORY + "/contacts/{contact}/history")
    Envelope<V3Page<Element>> ofContact(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String contact,
            @RequestParam(required = false) @Nullable String type,
            PageAsk page) {
        Directory of = doors.directory(caller, directory);
        return Envelope.of(page(of, doors.contact(of, contact), type, page));
    }

    @GetMapping(V3Paths.DIRECTORY + "/mailinglists/{list}/contacts/{contact}/history")
    Envelope<V3Page<Element>> ofMember(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @PathVariable String contact,
            @RequestParam(required = false) @Nullable String type,
            PageAsk page) {
        Directory of = doors.directory(caller, directory);
        return Envelope.of(page(of, member(of, doors.list(of, list), contact), type, page));
    }

    private long member(Directory of, MailingList list, String contact) {
        return contacts.member(list, doors.contact(of, contact))
                .orElseThrow(Doors::unknownContact)
                .contact()
                .number();
    }

    private V3Page<Element> page(Directory of, long contact, @Nullable String type, PageAsk asked) {
        PageAsk page = asked.of(String.valueOf(type));
        Place from = page.position().map(HistoryController::place).orElse(Place.START);
        return switch (type == null ? "" : type) {
            case "email" ->
                PageAsk.map(
                        page.page(
                                history.messages(of.number(), contact, from, page.size() + 1),
                                message -> position(message.place())),
                        HistoryController::email);
            case "response" ->
                PageAsk.map(
                        page.page(
                                history.answers(of.number(), contact, from, page.size() + 1),
                                answer -> position(answer.place())),
                        HistoryController::response);
            default ->
                throw V3Exception.bad(
                        "BAD_TYPE", "Cannot give the history: its type is missing or unknown. Use email or response.");
        };
    }

    private static String position(Place place) {
        return place.at() + "." + place.key();
    }

    private static Place place(String position) {
        int dot = position.indexOf('.');
        return new Place(Long.parseLong(position.substring(0, dot)), position.substring(dot + 1));
    }

    private static Element email(SurveyHistory.Message message) {
        return new Email(
                null,
                V3Dates.text(message.sentAt()),
                type(message.kind()),
                message.bounced() ? "Bounce" : "Success",
                message.bounced() ? new Bounce("Unknown") : null,
                message.survey(),
                message.read());
    }

    private static String type(TouchpointKind kind) {
        return switch (kind) {
            case REMINDER -> "Reminder";
            case THANK_YOU -> "ThankYou";
            default -> "Invite";
        };
    }

    private static Element response(SurveyHistory.Answer answer) {
        return new Response(
                answer.response().id(),
                null,
                null,
                V3Dates.text(answer.response().happenedAt()),
                true,
                answer.response().survey());
    }
}
