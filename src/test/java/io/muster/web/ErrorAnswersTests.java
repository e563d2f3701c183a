package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which status a refusal has over HTTP. */
class ErrorAnswersTests {

    @ParameterizedTest
    @CsvSource({"INVALID, 400", "FORBIDDEN, 403", "NOT_FOUND, 404", "CONFLICT, 409", "FAILED, 500", "BUSY, 503"})
    void aRefusalHasTheStatusOfItsKind(Refusal.Kind kind, int status) {
        var answer = new ErrorAnswers()
                .refused(Refusal.of(kind, "CODE", "Cannot do it: it is so. Do that.")
                        .with("field", "name"));

        assertThat(answer.getStatusCode().value()).isEqualTo(status);
        assertThat(answer.getBody()).isEqualTo(ErrorAnswer.of("CODE", "Cannot do it: it is so. Do that.", "name"));
    }
}
