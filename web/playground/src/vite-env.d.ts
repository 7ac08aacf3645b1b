/// <reference types="vite/client" />

interface Window {
  MonacoEnvironment?: { getWorker(): Worker };
}
