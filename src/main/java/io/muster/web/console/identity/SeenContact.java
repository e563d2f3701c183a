package io.muster.web.console.identity;

import io.muster.app.DuplicateViews.Line;
import io.muster.app.DuplicateViews.Review;
import io.muster.support.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A contact as a form has shown it, so that what has changed since can be said. Of its values only check sums are sent.
 *
 * @param values check sums by the key of the line
 */
record SeenContact(String contact, int version, Map<String, Long> values) {

    static List<SeenContact> of(Review review) {
        List<SeenContact> seen = new ArrayList<>();
        for (int i = 0; i < review.group().contacts().size(); i++) {
            Map<String, Long> values = new TreeMap<>();
            for (Line line : review.lines()) {
                values.put(line.key(), sum(line.values().get(i)));
            }

            seen.add(new SeenContact(
                    review.group().contacts().get(i).id(),
                    review.group().contacts().get(i).version(),
                    values));
        }

        return seen;
    }

    private static long sum(String value) {
        CRC32 sum = new CRC32();
        sum.update(value.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    static SeenContact read(String text) {
        try {
            return JsonMapper.shared().readValue(text, SeenContact.class);
        } catch (JacksonException e) {
            throw Refusal.invalid("BAD_FORM", "Cannot merge: the form is broken. Load its page again.")
                    .causedBy(e);
        }
    }

    String text() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    /** What is different now, a sentence for each; empty when nothing is. */
    List<String> changes(Review now) {
        for (int i = 0; i < now.group().contacts().size(); i++) {
            if (now.group().contacts().get(i).id().equals(contact)) {
                return version == now.group().contacts().get(i).version() ? List.of() : changes(now, i);
            }
        }

        return List.of(contact + " is not in the group any more: it was changed, merged or deleted.");
    }

    private List<String> changes(Review now, int place) {
        List<String> changes = new ArrayList<>();
        for (Line line : now.lines()) {
            String value = line.values().get(place);
            if (!Objects.equals(values.get(line.key()), sum(value))
                    && !(value.isEmpty() && !values.containsKey(line.key()))) {
                changes.add("%s: %s is %s now."
                        .formatted(
                                contact,
                                IdentityTexts.field(line.key()),
                                value.isEmpty() ? "blank" : "“" + value + "”"));
            }
        }

        values.keySet().stream()
                .filter(key -> now.lines().stream().noneMatch(line -> line.key().equals(key)))
                .map(key -> "%s: %s is blank now.".formatted(contact, IdentityTexts.field(key)))
                .forEach(changes::add);
        return changes.isEmpty() ? List.of(contact + " was changed.") : changes;
    }
}
