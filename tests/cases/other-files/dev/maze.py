"""Finds the shortest way through a maze drawn with characters."""

from collections import deque

WALL = "#"
STEPS = [(0, 1), (1, 0), (0, -1), (-1, 0)]


class Maze:
    def __init__(self, text):
        self.rows = text.strip().split("\n")
        self.height = len(self.rows)
        self.width = max(len(row) for row in self.rows)

    def cell_at(self, y, x):
        if 0 <= y < self.height and 0 <= x < len(self.rows[y]):
            return self.rows[y][x]
        return WALL

    def find(self, mark):
        for y in range(self.height):
            for x in range(self.width):
                if self.cell_at(y, x) == mark:
                    return y, x
        raise KeyError(mark)

    def neighbours(self, place):
        y, x = place
        for dy, dx in STEPS:
            if self.cell_at(y + dy, x + dx) != WALL:
                yield y + dy, x + dx


def shortest(maze, start, goal):
    came_from = {start: None}
    queue = deque([start])
    while queue:
        place = queue.popleft()
        if place == goal:
            return trace_back(came_from, goal)
        for nearby in maze.neighbours(place):
            if nearby not in came_from:
                came_from[nearby] = place
                queue.append(nearby)
    return None


def trace_back(came_from, place):
    path = []
    while place is not None:
        path.append(place)
        place = came_from[place]
    path.reverse()
    return path


def solve(text):
    maze = Maze(text)
    path = shortest(maze, maze.find("S"), maze.find("G"))
    return len(path) - 1 if path else -1
