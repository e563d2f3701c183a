package io.muster.web.v3;

import io.muster.web.call.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Describes the API in itself. */
@RestController
final class OpenApiController {

    private final JsonNode document = OpenApi.document();

    @GetMapping(V3Paths.API + "/openapi.json")
    JsonNode document(Caller caller) {
        return document;
    }
}
