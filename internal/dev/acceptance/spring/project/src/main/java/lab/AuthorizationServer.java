package lab;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.crypto.password.MessageDigestPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Spring's authorization server as Spring Boot makes it; its clients come by properties. */
@SpringBootApplication
public class AuthorizationServer {
    public static void main(String[] arguments) {
        SpringApplication.run(AuthorizationServer.class, arguments);
    }

    // The server wants each client's stored secret to be unique, and its default encoder refuses more than 72 bytes.
    @Bean
    @SuppressWarnings("deprecation")
    PasswordEncoder encoder() {
        return new MessageDigestPasswordEncoder("SHA-256");
    }
}
