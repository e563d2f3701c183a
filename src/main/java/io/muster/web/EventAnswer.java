package io.muster.web;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call with events is answered: how many were accepted, and for those who may know it whether contacts are known. */
final class EventAnswer {

    private EventAnswer() {}

    static Map<String, @Nullable Object> of(int accepted) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("accepted", accepted);
        return answer;
    }

    /** @param known a truth value, a list of them, or null while the events wait */
    static Map<String, @Nullable Object> of(int accepted, @Nullable Object known) {
        Map<String, @Nullable Object> answer = of(accepted);
        answer.put("known", known);
        return answer;
    }
}
