package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document is whole, strict, and has every call. */
class OpenApiTests {

    private final ObjectNode document = OpenApi.document();

    @Test
    void eachReferenceLeadsSomewhere() {
        assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
        for (JsonNode reference : document.findValues("$ref")) {
            assertThat(document.at(reference.asString().substring(1)).isMissingNode())
                    .as(reference.asString())
                    .isFalse();
        }
    }

    @Test
    void eachOperationHasANameOfItsOwn() {
        assertThat(document.get("paths").findValuesAsString("operationId")).doesNotHaveDuplicates();
    }

    @Test
    void eachCallThatIsServedIsDocumented() {
        DocumentedAnswers documented = new DocumentedAnswers();
        TreeSet<String> missing = new TreeSet<>();
        for (String call : served()) {
            String[] parts = call.split(" ", 2);
            if (documented
                    .operation(parts[0], parts[1].replaceAll("[{][^}]*[}]", "x"))
                    .isEmpty()) {
                missing.add(call);
            }
        }

        assertThat(missing).isEmpty();
    }

    /** The calls of the API of all controllers but the one that refuses them. */
    private static List<String> served() {
        List<String> served = new ArrayList<>();
        for (Class<?> controller :
                V3Configuration.class.getAnnotation(Import.class).value()) {
            if (controller == NotSupportedController.class || !controller.isAnnotationPresent(RestController.class)) {
                continue;
            }

            RequestMapping of = controller.getAnnotation(RequestMapping.class);
            String base = of == null ? "" : of.path().length > 0 ? of.path()[0] : of.value()[0];
            Arrays.stream(controller.getDeclaredMethods())
                    .map(method -> AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class))
                    .filter(mapping -> mapping != null)
                    .forEach(mapping -> (mapping.path().length == 0 ? List.of("") : List.of(mapping.path()))
                            .forEach(path -> served.add(mapping.method()[0] + " " + base + path)));
        }

        // An address of Muster's own is beside them.
        served.removeIf(call -> !V3Paths.isOurs(call.split(" ", 2)[1]));
        assertThat(served).hasSizeGreaterThan(30);
        return served;
    }

    @Test
    void anAnswerWithAMemberTooManyIsFound() {
        DocumentedAnswers documented = new DocumentedAnswers();
        String meta = ",\"meta\":{\"httpStatus\":\"200 - OK\",\"requestId\":\"dba7cf31-85fe-4ea0-9b5e-a1d6f0a4b0d5\"}}";
        documented.check(
                "POST",
                "/API/v3/directories/POOL_1/contacts",
                200,
                "{\"result\":{\"id\":\"CID_000000000000000\"}" + meta);
        for (String result :
                List.of("{\"id\":\"CID_000000000000000\",\"more\":1}", "{}", "{\"id\":\"x\"}", "{\"id\":null}")) {
            assertThatThrownBy(() -> documented.check(
                            "POST", "/API/v3/directories/POOL_1/contacts", 200, "{\"result\":" + result + meta))
                    .as(result)
                    .isInstanceOf(AssertionError.class);
        }
    }
}
