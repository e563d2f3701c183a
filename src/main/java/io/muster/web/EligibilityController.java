package io.muster.web;

import io.muster.access.Scope;
import io.muster.app.EligibilityRequest;
import io.muster.app.EligibilityRunView;
import io.muster.app.EligibilityRuns;
import io.muster.app.EligibilityService;
import io.muster.app.FrequencyExplanation;
import io.muster.app.FrequencyQuestion;
import io.muster.app.WhichContact;
import io.muster.support.Refusal;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Says who may be contacted: of one contact at once, of a segment or list as a run. */
@RestController
final class EligibilityController {

    private static final String RUN = "{run:RN_[0-9A-Za-z]{15}}";

    private final EligibilityService eligibility;
    private final EligibilityRuns runs;

    EligibilityController(EligibilityService eligibility, EligibilityRuns runs) {
        this.eligibility = eligibility;
        this.runs = runs;
    }

    /** A question about a segment or a list, both by id or name. */
    record Question(
            @Nullable String directory,
            @Nullable String segment,
            @Nullable String list,
            @Nullable String channel,
            @Nullable String survey,
            @Nullable String reserve) {}

    @GetMapping("/v1/eligibility")
    FrequencyExplanation explain(
            @RequestParam String directory,
            @RequestParam(required = false) @Nullable String ref,
            @RequestParam(required = false) @Nullable String contact,
            @RequestParam(defaultValue = "web") String channel,
            @RequestParam(required = false) @Nullable String survey,
            @Needs(Scope.READ) Caller caller) {
        caller.requireDirectory(directory);
        if ((ref == null) == (contact == null)) {
            throw Refusal.invalid(
                            "INVALID", "Cannot explain: ref and contact are both given, or neither. Give one of them.")
                    .with("field", "ref");
        }

        return eligibility.explain(
                directory, new WhichContact(contact, ref), new FrequencyQuestion(channel, survey, null));
    }

    @PostMapping("/v1/eligibility")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> ask(@RequestBody Question question, @Needs(Scope.MANAGE) Caller caller) {
        String directory = required("directory", question.directory());
        caller.requireDirectory(directory);
        return Map.of(
                "run",
                runs.start(new EligibilityRequest(
                        caller.actor(),
                        directory,
                        question.segment(),
                        question.list(),
                        null,
                        new FrequencyQuestion(required("channel", question.channel()), question.survey(), null),
                        question.reserve())));
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw Refusal.invalid(
                            "MISSING",
                            "Cannot ask who may be contacted: the field %s is missing. Add it.".formatted(field))
                    .with("field", field);
        }

        return value;
    }

    @GetMapping("/v1/eligibility/" + RUN)
    EligibilityRunView show(@PathVariable String run, @Needs(Scope.MANAGE) Caller caller) {
        caller.requireDirectory(runs.directoryOf(run));
        return runs.show(run);
    }

    @GetMapping("/v1/eligibility/" + RUN + ".csv")
    void lines(@PathVariable String run, @Needs(Scope.MANAGE) Caller caller, HttpServletResponse response)
            throws IOException {
        caller.requireDirectory(runs.directoryOf(run));
        runs.check(run);
        response.setContentType("text/csv;charset=UTF-8");
        runs.write(run, response.getOutputStream());
    }
}
