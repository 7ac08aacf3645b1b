//! Splits an arithmetic expression into tokens.

use std::iter::Peekable;
use std::str::Chars;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Operator(char),
    Open,
    Close,
}

pub struct Scanner<'a> {
    rest: Peekable<Chars<'a>>,
    position: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(source: &'a str) -> Self {
        let rest = source.chars().peekable();
        Self { rest, position: 0 }
    }

    fn advance(&mut self) -> Option<char> {
        self.position += 1;
        self.rest.next()
    }

    fn skip_blanks(&mut self) {
        while self.rest.peek().is_some_and(|c| c.is_whitespace()) {
            self.advance();
        }
    }

    fn eat(&mut self, wanted: char) -> bool {
        let matches = self.rest.peek() == Some(&wanted);
        if matches {
            self.advance();
        }
        matches
    }

    fn number(&mut self) -> Result<Token, String> {
        let mut digits = String::new();
        while let Some(&c) = self.rest.peek() {
            if !c.is_ascii_digit() && c != '.' {
                break;
            }
            digits.push(c);
            self.advance();
        }
        let value = digits.parse().map_err(|_| format!("bad number {digits}"))?;
        Ok(Token::Number(value))
    }

    pub fn scan(mut self) -> Result<Vec<Token>, String> {
        let mut found = Vec::new();
        loop {
            self.skip_blanks();
            let Some(&c) = self.rest.peek() else { break };
            let token = match c {
                '0'..='9' => self.number()?,
                '(' => Token::Open,
                ')' => Token::Close,
                _ => Token::Operator(c),
            };
            if !matches!(token, Token::Number(_)) {
                self.advance();
            }
            found.push(token);
        }
        Ok(found)
    }
}
